//! Facts for unit tests.

use csp_policy::{Cloud, Country, Enrollment, Organization, Partner, PartnerKind, Standing};
use jiff::Timestamp;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A partner whose tenant is `{id}-tenant`.
pub(crate) fn partner(id: &str) -> Partner {
    Partner {
        name: format!("partners/{id}"),
        kind: PartnerKind::IndirectProvider,
        tenant: format!("{id}-tenant"),
        cloud: Cloud::Global,
        country: Country::try_from("DE").unwrap(),
        organization: Organization { name: format!("organizations/{id}"), affiliation: None },
        enrollment: Enrollment::Authorized,
        standing: Standing::Active,
        onboarded: true,
        agreement_since: None,
    }
}
