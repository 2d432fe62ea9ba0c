//! The good-faith statement that a partner attests when it ends a partnership or a reseller relationship.

use csp_proto::relationship::v1 as pb;
use csp_service::Fields;

/// Maximum length of the reason for the removal of an edge, in characters.
pub(crate) const REASON_CHARS_MAX: usize = 500;
/// The current version of the statement.
const GOOD_FAITH_VERSION: &str = "2023-10";

/// Reads the statement: the version that the caller attests, `Some(None)` when the caller attests none,
/// `None` after a field violation.
pub(crate) fn read(
    fields: &mut Fields,
    statement: Option<&pb::GoodFaithStatement>,
) -> Option<Option<String>> {
    let Some(statement) = statement else { return Some(None) };
    if !statement.version.is_empty() && statement.version != GOOD_FAITH_VERSION {
        fields.refuse("good_faith.version", format!("must be empty or `{GOOD_FAITH_VERSION}`"));
        return None;
    }
    Some(statement.attested.then(|| GOOD_FAITH_VERSION.to_owned()))
}
