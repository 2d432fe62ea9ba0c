//! Fields that several requests have.

use csp_policy::Day;
use csp_proto::r#type::v1::Evidence;
use csp_service::Fields;

use crate::peers;

/// Longest key of the caller's own.
pub(crate) const EXTERNAL_ID_CHARS_MAX: usize = 128;

/// Longest name of a source.
const SOURCE_CHARS_MAX: usize = 200;

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

/// The resource name of an MPN ID.
pub(crate) fn mpn_id(fields: &mut Fields, path: &str, name: &str) -> Option<String> {
    let name = fields.resource_name(path, name, peers::MPN_IDS)?;
    fields.mpn_number(path, peers::mpn_number(&name)).map(|_| name)
}

/// One that may be left out.
pub(crate) fn optional_mpn_id(fields: &mut Fields, path: &str, name: &str) -> Option<Option<String>> {
    fields.optional(name, |fields, name| mpn_id(fields, path, name))
}

/// A value of an enumeration, or the unset one where the request leaves it open.
pub(crate) fn unless_unset<E: TryFrom<i32> + Default>(
    fields: &mut Fields,
    path: &str,
    value: i32,
) -> Option<E> {
    if value == 0 { Some(E::default()) } else { fields.enum_value(path, value) }
}

/// Since when, and by what source, something exists: not in the future.
pub(crate) fn evidence(
    fields: &mut Fields,
    evidence: Option<&Evidence>,
    today: Day,
) -> Option<(Day, Evidence)> {
    let evidence = fields.required("evidence", evidence)?;
    let day = fields.day("evidence.date", &evidence.date);
    if let Some(day) = day.filter(|day| *day > today) {
        fields.refuse("evidence.date", format!("must not be in the future, was `{day}`"));
    }
    fields.text("evidence.source", &evidence.source, 1..=SOURCE_CHARS_MAX)?;
    Some((day?, evidence.clone()))
}
