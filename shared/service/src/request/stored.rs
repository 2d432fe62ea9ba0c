//! Enums and messages of the contract, and codes of the rule book, as columns of a table.
//!
//! An enum value is stored by its contract name without the prefix, for example `DIRECT_BILL`; a list joins
//! the names with commas. An unknown word in a column is a fault that names table, row and column; it is
//! never read as another value.

use csp_policy::{Cloud as PolicyCloud, Country, Day, Region};
use csp_proto::customer::v1::CustomerAgreementSource;
use csp_proto::partner_registry::v1::{
    Capability, EnrollmentState, MpnKind, ProviderOffering, ReviewStep, Standing,
};
use csp_proto::policy::v1::Role;
use csp_proto::relationship::v1::{
    AdminGrantKind, AdminGrantOrigin, AdminGrantState, InvitationState, PartnershipState, RelationshipOrigin,
    RelationshipState,
};
use csp_proto::subscription::v1::{BillingCycle, Capacity, CartState, OfferParty, SubscriptionState, Term};
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use csp_store::Column;
use prost::Message;

use crate::wire;

/// Separates the words of a stored list.
const SEPARATOR: char = ',';

/// A value of the contract or the rule book, stored as text in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored<T>(pub T);

/// A value with a text form for a column.
pub trait Storable: Sized {
    /// The text form.
    fn text(&self) -> String;
    /// The value of a text; `None` for a text that stands for no value.
    fn of_text(text: &str) -> Option<Self>;
}

impl<T: Storable> Column for Stored<T> {
    type Raw = String;

    fn from_raw(raw: String) -> Option<Self> {
        T::of_text(&raw).map(Stored)
    }

    fn to_raw(&self) -> String {
        self.0.text()
    }
}

macro_rules! storable {
    ($($kind:ty: $prefix:literal,)*) => {
        $(impl Storable for $kind {
            fn text(&self) -> String {
                let name = self.as_str_name();
                name.strip_prefix($prefix).unwrap_or(name).to_owned()
            }

            fn of_text(text: &str) -> Option<Self> {
                let value = Self::from_str_name(&format!(concat!($prefix, "{}"), text));
                value.filter(|value| *value != Self::Unspecified)
            }
        })*
    };
}

storable! {
    AdminGrantKind: "ADMIN_GRANT_KIND_",
    AdminGrantOrigin: "ADMIN_GRANT_ORIGIN_",
    AdminGrantState: "ADMIN_GRANT_STATE_",
    BillingCycle: "BILLING_CYCLE_",
    Capability: "CAPABILITY_",
    Capacity: "CAPACITY_",
    CartState: "CART_STATE_",
    Cloud: "CLOUD_",
    CustomerAgreementSource: "CUSTOMER_AGREEMENT_SOURCE_",
    EnrollmentState: "ENROLLMENT_STATE_",
    InvitationState: "INVITATION_STATE_",
    MpnKind: "MPN_KIND_",
    OfferParty: "OFFER_PARTY_",
    PartnerKind: "PARTNER_KIND_",
    PartnershipState: "PARTNERSHIP_STATE_",
    ProviderOffering: "PROVIDER_OFFERING_",
    RelationshipOrigin: "RELATIONSHIP_ORIGIN_",
    RelationshipState: "RELATIONSHIP_STATE_",
    ReviewStep: "REVIEW_STEP_",
    Role: "ROLE_",
    Standing: "STANDING_",
    SubscriptionState: "SUBSCRIPTION_STATE_",
    Term: "TERM_",
}

impl Storable for Country {
    fn text(&self) -> String {
        self.as_str().to_owned()
    }

    fn of_text(text: &str) -> Option<Self> {
        Country::try_from(text).ok()
    }
}

impl Storable for Region {
    fn text(&self) -> String {
        self.as_str().to_owned()
    }

    fn of_text(text: &str) -> Option<Self> {
        Region::ALL.iter().copied().find(|region| region.as_str() == text)
    }
}

impl Storable for PolicyCloud {
    fn text(&self) -> String {
        wire::cloud(*self).text()
    }

    fn of_text(text: &str) -> Option<Self> {
        let all = [PolicyCloud::Global, PolicyCloud::UsGovernment, PolicyCloud::Germany, PolicyCloud::China];
        all.into_iter().find(|cloud| cloud.text() == text)
    }
}

impl Storable for Day {
    fn text(&self) -> String {
        self.to_string()
    }

    fn of_text(text: &str) -> Option<Self> {
        text.parse().ok().filter(|day: &Day| day.to_string() == text)
    }
}

/// `None` is stored as the empty text, because the columns are NOT NULL.
impl<T: Storable> Storable for Option<T> {
    fn text(&self) -> String {
        self.as_ref().map(Storable::text).unwrap_or_default()
    }

    fn of_text(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::of_text(text).map(Some) }
    }
}

/// Lets a list of texts be stored. A text in a list must not contain the separator.
impl Storable for String {
    fn text(&self) -> String {
        self.clone()
    }

    fn of_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// The empty list is stored as the empty text.
impl<T: Storable> Storable for Vec<T> {
    fn text(&self) -> String {
        self.iter().map(Storable::text).collect::<Vec<_>>().join(&SEPARATOR.to_string())
    }

    fn of_text(text: &str) -> Option<Self> {
        if text.is_empty() { Some(Vec::new()) } else { text.split(SEPARATOR).map(T::of_text).collect() }
    }
}

/// A message of the contract, stored protobuf-encoded in a column of bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded<M>(pub M);

/// No message of the contract contains a float, so equality is total.
impl<M: PartialEq> Eq for Encoded<M> {}

impl<M: Message + Default> Column for Encoded<M> {
    type Raw = Vec<u8>;

    fn from_raw(raw: Vec<u8>) -> Option<Self> {
        M::decode(raw.as_slice()).ok().map(Encoded)
    }

    fn to_raw(&self) -> Vec<u8> {
        self.0.encode_to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enum_value_is_stored_by_its_contract_name_and_read_back() {
        assert_eq!(PartnerKind::DirectBill.text(), "DIRECT_BILL");
        assert_eq!(PartnerKind::of_text("DIRECT_BILL"), Some(PartnerKind::DirectBill));
        let roles = vec![Role::GlobalAdmin, Role::SalesAgent];
        assert_eq!(roles.text(), "GLOBAL_ADMIN,SALES_AGENT");
        assert_eq!(Vec::of_text(&roles.text()), Some(roles));
        assert_eq!(Vec::<Role>::of_text(""), Some(Vec::new()));
    }

    #[test]
    fn a_missing_optional_value_is_stored_as_an_empty_text() {
        let day: Day = "2026-11-21".parse().unwrap();
        for value in [None, Some(day)] {
            assert_eq!(Option::of_text(&value.text()), Some(value));
        }
        assert_eq!(None::<ReviewStep>.text(), "");
    }

    #[test]
    fn a_region_and_a_cloud_of_the_rule_book_are_read_back_as_stored() {
        assert_eq!(PolicyCloud::UsGovernment.text(), "US_GOVERNMENT");
        assert_eq!(PolicyCloud::of_text("CHINA"), Some(PolicyCloud::China));
        assert!(Region::ALL.iter().all(|region| Region::of_text(&region.text()) == Some(*region)));
    }

    #[test]
    fn an_unknown_word_in_a_column_does_not_decode() {
        for unknown in ["", "UNSPECIFIED", "direct_bill", "DIRECT_BILL "] {
            assert_eq!(PartnerKind::of_text(unknown), None, "{unknown}");
        }
        for broken in ["GLOBAL_ADMIN,KING", "GLOBAL_ADMIN,,SALES_AGENT", ",GLOBAL_ADMIN"] {
            assert_eq!(Vec::<Role>::of_text(broken), None, "{broken}");
        }
        assert_eq!(Country::of_text("Italy"), None);
        assert_eq!(Region::of_text("europe"), None);
        assert_eq!(Option::<Day>::of_text("2026-13-01"), None);
    }
}
