//! The good-faith statement that a partner attests when it ends a partnership or a reseller relationship.

use csp_proto::r#type::v1::Attestation;
use csp_service::{Fields, attests};

/// Maximum length of the reason for the removal of an edge, in characters.
pub(crate) const REASON_CHARS_MAX: usize = 500;
/// The current version of the statement.
const TEXT_VERSION: &str = "2023-10";

/// Reads the statement: the version that the caller attests, `Some(None)` when the caller attests none,
/// `None` after a field violation.
pub(crate) fn read(fields: &mut Fields, sent: Option<&Attestation>) -> Option<Option<String>> {
    let version = sent.map_or("", |sent| sent.text_version.as_str());
    if !version.is_empty() && version != TEXT_VERSION {
        fields.refuse("good_faith.text_version", format!("must be empty or `{TEXT_VERSION}`"));
        return None;
    }
    Some(attests(sent).then(|| TEXT_VERSION.to_owned()))
}
