//! Fields that several requests have.

use csp_service::Fields;

/// Longest key of the caller's own.
pub(crate) const EXTERNAL_ID_CHARS_MAX: usize = 128;

/// An id that the caller may choose.
pub(crate) fn chosen_id(fields: &mut Fields, path: &str, id: &str) -> Option<Option<String>> {
    fields.optional(id, |fields, id| fields.resource_id(path, id))
}

/// A key of the caller's own.
pub(crate) fn external_id(fields: &mut Fields, path: &str, key: &str) -> Option<Option<String>> {
    fields.optional(key, |fields, key| fields.text(path, key, 1..=EXTERNAL_ID_CHARS_MAX))
}

/// A resource name that may be left out.
pub(crate) fn optional_name(
    fields: &mut Fields,
    path: &str,
    name: &str,
    collection: &str,
) -> Option<Option<String>> {
    fields.optional(name, |fields, name| fields.resource_name(path, name, collection))
}

/// A value of an enumeration, or the unset one where the request leaves it open.
pub(crate) fn unless_unset<E: TryFrom<i32> + Default>(
    fields: &mut Fields,
    path: &str,
    value: i32,
) -> Option<E> {
    if value == 0 { Some(E::default()) } else { fields.enum_value(path, value) }
}
