//! Enumerations of the contract as words of the database, and as facts of the rule book.
//!
//! The word is the contract's name of the value without its prefix, for example `DIRECT_BILL`.

use csp_policy as policy;
use csp_proto::partner_registry::v1::{
    Capability, EnrollmentState, MpnKind, ProviderOffering, ReviewStep, Standing, UserRole,
};
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use csp_service::{Fault, Result};

/// Separates the words of a list.
const SEPARATOR: &str = ",";

/// A value of the contract that the database holds as a word.
pub(crate) trait Word: Copy + Default + PartialEq {
    /// The word; empty for the unspecified value.
    fn word(self) -> &'static str;
    /// The value of a word; unspecified for the empty word and for one that is none.
    fn read(word: &str) -> Self;
}

macro_rules! word {
    ($type:ty, $prefix:literal) => {
        impl Word for $type {
            fn word(self) -> &'static str {
                if self == Self::Unspecified { "" } else { self.as_str_name().trim_start_matches($prefix) }
            }

            fn read(word: &str) -> Self {
                Self::from_str_name(&format!(concat!($prefix, "{}"), word)).unwrap_or_default()
            }
        }
    };
}

word!(Capability, "CAPABILITY_");
word!(Cloud, "CLOUD_");
word!(EnrollmentState, "ENROLLMENT_STATE_");
word!(MpnKind, "MPN_KIND_");
word!(PartnerKind, "PARTNER_KIND_");
word!(ProviderOffering, "PROVIDER_OFFERING_");
word!(ReviewStep, "REVIEW_STEP_");
word!(Standing, "STANDING_");
word!(UserRole, "USER_ROLE_");

/// Several values as one text.
pub(crate) fn join<W: Word>(values: &[W]) -> String {
    values.iter().map(|value| value.word()).collect::<Vec<_>>().join(SEPARATOR)
}

/// The values of a text.
pub(crate) fn split<W: Word>(text: &str) -> Vec<W> {
    list(text).map(W::read).collect()
}

/// The entries of a list that is kept as one text.
pub(crate) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATOR).filter(|entry| !entry.is_empty())
}

/// The country that the database holds.
pub(crate) fn country(code: &str) -> Result<policy::Country> {
    policy::Country::try_from(code).map_err(|_| damaged("country"))
}

/// The kind of account as a fact.
pub(crate) fn kind(kind: PartnerKind) -> Result<policy::PartnerKind> {
    match kind {
        PartnerKind::IndirectProvider => Ok(policy::PartnerKind::IndirectProvider),
        PartnerKind::IndirectReseller => Ok(policy::PartnerKind::IndirectReseller),
        PartnerKind::DirectBill => Ok(policy::PartnerKind::DirectBill),
        PartnerKind::Unspecified => Err(damaged("partner kind")),
    }
}

/// The cloud as a fact.
pub(crate) fn cloud(cloud: Cloud) -> Result<policy::Cloud> {
    match cloud {
        Cloud::Global => Ok(policy::Cloud::Global),
        Cloud::UsGovernment => Ok(policy::Cloud::UsGovernment),
        Cloud::Germany => Ok(policy::Cloud::Germany),
        Cloud::China => Ok(policy::Cloud::China),
        Cloud::Unspecified => Err(damaged("cloud")),
    }
}

/// The state of the enrolment as a fact.
pub(crate) fn enrollment(state: EnrollmentState) -> Result<policy::Enrollment> {
    match state {
        EnrollmentState::Pending => Ok(policy::Enrollment::Pending),
        EnrollmentState::Authorized => Ok(policy::Enrollment::Authorized),
        EnrollmentState::Rejected => Ok(policy::Enrollment::Rejected),
        EnrollmentState::Unspecified => Err(damaged("enrollment state")),
    }
}

/// The standing as a fact.
pub(crate) fn standing(standing: Standing) -> Result<policy::Standing> {
    match standing {
        Standing::Active => Ok(policy::Standing::Active),
        Standing::Restricted => Ok(policy::Standing::Restricted),
        Standing::Suspended => Ok(policy::Standing::Suspended),
        Standing::Deauthorized => Ok(policy::Standing::Deauthorized),
        Standing::Unspecified => Err(damaged("standing")),
    }
}

/// The kind of MPN ID as a fact.
pub(crate) fn mpn_kind(kind: MpnKind) -> Result<policy::MpnKind> {
    match kind {
        MpnKind::Global => Ok(policy::MpnKind::Global),
        MpnKind::Location => Ok(policy::MpnKind::Location),
        MpnKind::Unspecified => Err(damaged("kind of MPN ID")),
    }
}

/// A value that the table's checks rule out.
fn damaged(what: &str) -> Fault {
    Fault::internal(format!("the database holds an impossible {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_kept_as_the_contracts_name_without_its_prefix() {
        assert_eq!(PartnerKind::DirectBill.word(), "DIRECT_BILL");
        assert_eq!(PartnerKind::read("DIRECT_BILL"), PartnerKind::DirectBill);
        assert_eq!(ReviewStep::Unspecified.word(), "");
        assert_eq!(ReviewStep::read(""), ReviewStep::Unspecified);
        assert_eq!(PartnerKind::read("MADE_UP"), PartnerKind::Unspecified);
    }

    #[test]
    fn a_list_is_kept_as_one_text() {
        let roles = [UserRole::GlobalAdmin, UserRole::SalesAgent];
        assert_eq!(join(&roles), "GLOBAL_ADMIN,SALES_AGENT");
        assert_eq!(split::<UserRole>("GLOBAL_ADMIN,SALES_AGENT"), roles);
        assert_eq!(split::<UserRole>(""), []);
    }
}
