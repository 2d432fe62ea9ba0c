//! Resource names: `{collection}/{id}`.

/// The name of the resource `id` in a collection.
pub(crate) fn of(collection: &str, id: &str) -> String {
    format!("{collection}/{id}")
}

/// The id, the last part of a name.
pub(crate) fn id(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}
