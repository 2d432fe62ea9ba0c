//! Where a recorded fact comes from.

use csp_policy::Day;
use csp_proto::r#type::v1::Evidence;
use csp_service::Fields;

/// Longest name of a source.
const SOURCE_CHARS_MAX: usize = 200;

/// Evidence, well formed: its day is not in the future.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) day: Day,
    pub(crate) evidence: Evidence,
}

/// Reads the evidence of a fact that was established before.
pub(crate) fn read(fields: &mut Fields, sent: Option<&Evidence>, today: Day) -> Option<Recorded> {
    let sent = fields.required("evidence", sent)?;
    let source = fields.text("evidence.source", &sent.source, 1..=SOURCE_CHARS_MAX);
    let day = fields.day("evidence.date", &sent.date)?;
    if day > today {
        fields.refuse("evidence.date", format!("must not be in the future, was `{day}`"));
        return None;
    }
    Some(Recorded { day, evidence: Evidence { date: day.to_string(), source: source? } })
}
