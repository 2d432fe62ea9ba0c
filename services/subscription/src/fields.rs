//! Fields that several requests have.

use csp_policy::Day;
use csp_proto::r#type::v1::Evidence;
use csp_service::Fields;

/// Longest name of a source.
const SOURCE_CHARS_MAX: usize = 200;

/// A resource name that may be left out.
pub(crate) fn optional_name(
    fields: &mut Fields,
    path: &str,
    name: &str,
    collection: &str,
) -> Option<Option<String>> {
    fields.optional(name, |fields, name| fields.resource_name(path, name, collection))
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
