//! Names of what an account has one of: `partners/{id}/listing`, `partners/{id}/agreement`.

use csp_service::Fields;

use super::COLLECTION;

/// Reads the name of a singleton below an account, which ends in `suffix`, and returns the account's name.
pub(crate) fn read_name(fields: &mut Fields, field: &str, name: &str, suffix: &str) -> Option<String> {
    let Some(account) = name.strip_suffix(suffix) else {
        fields.refuse(field, format!("must be a name like `partners/{{id}}{suffix}`"));
        return None;
    };
    fields.resource_name(field, account, COLLECTION)
}
