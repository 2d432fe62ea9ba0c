//! The identifiers of an account's company: the domains of its CSP tenant, and its registration id with the
//! country. The declared company of a customer is compared with their holders (rule CUS-13). `GetFacts` looks
//! them up.

use csp_policy::Country;
use csp_policy::boundaries::EnrollPartner;
use csp_service::Accepted;
use csp_store::{Change, Tx, table};

use super::table::PartnerRow;

table! {
    /// An identifier that an account gives. Two accounts, of one company or of two, may give the same one.
    struct IdentifierRow in "company_identifier" key [value, partner] {
        value: String,
        /// Id of the account.
        partner: String,
    }
}

/// Adds the identifiers of a new account.
pub(crate) fn insert(tx: &mut Tx, account: &PartnerRow, _: &Accepted<EnrollPartner>) {
    let domains = account.tenant_domains.0.iter().map(|it| domain(it));
    for value in domains.chain(registration(account.country.0, &account.registration_id)) {
        tx.put(Change::insert(&IdentifierRow { value, partner: account.id.clone() }));
    }
}

/// The identifier of a domain.
pub(crate) fn domain(domain: &str) -> String {
    format!("domain {domain}")
}

/// The identifier of a registration id. Case, blanks and punctuation do not count; `None` for an id without a
/// letter or digit.
pub(crate) fn registration(country: Country, id: &str) -> Option<String> {
    let id: String = id.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    (!id.is_empty()).then(|| format!("registration {country} {id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spelling_of_a_registration_id_does_not_count_and_its_country_does() {
        let of = |country: &str, id| registration(Country::try_from(country).unwrap(), id);
        assert_eq!(of("DE", "hrb 12-345"), of("DE", "HRB12345"));
        assert_ne!(of("DE", "HRB12345"), of("AT", "HRB12345"));
        assert_eq!(of("DE", " - "), None);
    }
}
