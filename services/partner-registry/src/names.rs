//! Resource names of the registry.

use csp_service::Fields;

/// Collection of companies.
pub(crate) const ORGANIZATIONS: &str = "organizations";
/// Collection of partner accounts.
pub(crate) const PARTNERS: &str = "partners";
/// Collection of MPN IDs.
pub(crate) const MPN_IDS: &str = "mpnIds";
/// Collection of groups of affiliates.
pub(crate) const AFFILIATION_GROUPS: &str = "affiliationGroups";
/// Collection of signatures.
pub(crate) const PARTNER_AGREEMENTS: &str = "partnerAgreements";
/// Collection of people, below an account.
const USERS: &str = "/users/";
/// A provider's entry in the directory, below its account.
const LISTING: &str = "/listing";

/// The name of the resource `id` in a collection.
pub(crate) fn name(collection: &str, id: &str) -> String {
    format!("{collection}/{id}")
}

/// The last part of a name: the id.
pub(crate) fn id(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or_default()
}

/// The name of a person of the account with this id.
pub(crate) fn user(partner_id: &str, id: &str) -> String {
    format!("{PARTNERS}/{partner_id}{USERS}{id}")
}

/// The name of the listing of the account with this id.
pub(crate) fn listing(partner_id: &str) -> String {
    format!("{PARTNERS}/{partner_id}{LISTING}")
}

/// Reads `partners/{id}/users/{id}`: the account's name and the person's id.
pub(crate) fn read_user(fields: &mut Fields, field: &str, value: &str) -> Option<(String, String)> {
    let Some((partner, user)) = value.split_once(USERS) else {
        fields.refuse(field, "must be a name like `partners/{id}/users/{id}`");
        return None;
    };
    let partner = fields.resource_name(field, partner, PARTNERS);
    let user = fields.resource_id(field, user);
    Some((partner?, user?))
}

/// Reads `partners/{id}/listing`: the account's name.
pub(crate) fn read_listing(fields: &mut Fields, field: &str, value: &str) -> Option<String> {
    let Some(partner) = value.strip_suffix(LISTING) else {
        fields.refuse(field, "must be a name like `partners/{id}/listing`");
        return None;
    };
    fields.resource_name(field, partner, PARTNERS)
}

/// Reads `mpnIds/{number}`: the number.
pub(crate) fn read_mpn_id(fields: &mut Fields, field: &str, value: &str) -> Option<String> {
    let name = fields.resource_name(field, value, MPN_IDS)?;
    fields.mpn_number(field, id(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_below_an_account_are_read_in_their_parts() {
        let mut fields = Fields::new();
        let read = read_user(&mut fields, "name", "partners/contoso/users/ana");
        assert_eq!(read, Some(("partners/contoso".to_owned(), "ana".to_owned())));
        assert_eq!(
            read_listing(&mut fields, "name", "partners/contoso/listing").as_deref(),
            Some("partners/contoso")
        );
        assert!(fields.finish(|| Some(())).is_ok());
    }

    #[test]
    fn other_names_are_refused() {
        for value in ["partners/contoso", "partners//users/ana", "partners/c/users/a/b", "users/a"] {
            assert_eq!(read_user(&mut Fields::new(), "name", value), None, "{value}");
        }
        assert_eq!(read_mpn_id(&mut Fields::new(), "mpn_id", "mpnIds/12345678901"), None);
        assert_eq!(read_mpn_id(&mut Fields::new(), "mpn_id", "mpnIds/abc"), None);
    }
}
