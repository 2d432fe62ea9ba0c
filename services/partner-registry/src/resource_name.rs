//! Resource names: `{collection}/{id}`.

/// The name of the resource `id` in a collection.
pub(crate) fn of(collection: &str, id: &str) -> String {
    format!("{collection}/{id}")
}
