//! The good-faith statement with which a partner ends what connects it.

use csp_proto::relationship::v1 as pb;
use csp_service::Fields;

/// Longest reason that goes with it.
pub(crate) const REASON_CHARS_MAX: usize = 500;
/// The version of the statement that is shown today.
const GOOD_FAITH_VERSION: &str = "2023-10";

/// Reads the statement: the version that was attested, `Some(None)` when none was.
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
