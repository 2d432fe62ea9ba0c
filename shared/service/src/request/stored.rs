//! The contract's enums and messages, and the rule book's codes, as columns of a table.
//!
//! The word of an enum's value is the contract's name without its prefix, for example `DIRECT_BILL`; a list joins its
//! words with commas. A word that is none is a fault that names table, row and column, never another value.

use csp_policy::Country;
use csp_proto::customer::v1::{CustomerAgreementSource, OperationState};
use csp_proto::partner_registry::v1::{
    Capability, EnrollmentState, MpnKind, ProviderOffering, ReviewStep, Standing, UserRole,
};
use csp_proto::relationship::v1::{
    AdminGrantState, InvitationState, PartnershipState, RelationshipOrigin, RelationshipState,
};
use csp_proto::subscription::v1::{BillingCycle, Capacity, CartState, OfferParty, SubscriptionState, Term};
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use csp_store::{Cell, Column, Row, Value};
use prost::Message;
use sqlx::Row as _;

/// Separates the words of a list.
const SEPARATOR: char = ',';

/// A value of the contract or the rule book in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored<T>(pub T);

/// A value that a column holds as text.
pub trait Storable: Sized {
    /// Its text.
    fn text(&self) -> String;
    /// The value of a text; `None` when there is none.
    fn of_text(text: &str) -> Option<Self>;
}

impl<T: Storable> Column for Stored<T> {
    type Raw = String;

    fn from_raw(raw: &String) -> Option<Self> {
        T::of_text(raw).map(Stored)
    }

    fn to_raw(&self) -> String {
        self.0.text()
    }
}

macro_rules! storable {
    ($($kind:ty: $prefix:literal,)*) => {
        $(impl Storable for $kind {
            fn text(&self) -> String {
                self.as_str_name().trim_start_matches($prefix).to_owned()
            }

            fn of_text(text: &str) -> Option<Self> {
                let value = Self::from_str_name(&format!(concat!($prefix, "{}"), text));
                value.filter(|value| *value != Self::Unspecified)
            }
        })*
    };
}

storable! {
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
    OperationState: "OPERATION_STATE_",
    PartnerKind: "PARTNER_KIND_",
    PartnershipState: "PARTNERSHIP_STATE_",
    ProviderOffering: "PROVIDER_OFFERING_",
    RelationshipOrigin: "RELATIONSHIP_ORIGIN_",
    RelationshipState: "RELATIONSHIP_STATE_",
    ReviewStep: "REVIEW_STEP_",
    Standing: "STANDING_",
    SubscriptionState: "SUBSCRIPTION_STATE_",
    Term: "TERM_",
    UserRole: "USER_ROLE_",
}

impl Storable for Country {
    fn text(&self) -> String {
        self.as_str().to_owned()
    }

    fn of_text(text: &str) -> Option<Self> {
        Country::try_from(text).ok()
    }
}

/// A text without the separator, for lists of texts.
impl Storable for String {
    fn text(&self) -> String {
        self.clone()
    }

    fn of_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// The empty text is the empty list.
impl<T: Storable> Storable for Vec<T> {
    fn text(&self) -> String {
        self.iter().map(Storable::text).collect::<Vec<_>>().join(&SEPARATOR.to_string())
    }

    fn of_text(text: &str) -> Option<Self> {
        text.split(SEPARATOR).filter(|word| !word.is_empty()).map(T::of_text).collect()
    }
}

/// A message of the contract in a column of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded<M>(pub M);

impl<M: Message + Default> Cell for Encoded<M> {
    fn read(row: &Row, column: &str) -> Result<Self, String> {
        let bytes = row.try_get::<Vec<u8>, _>(column).map_err(|_| "no bytes".to_owned())?;
        M::decode(bytes.as_slice())
            .map(Encoded)
            .map_err(|error| format!("bytes that are no message: {error}"))
    }

    fn value(&self) -> Value {
        Value::Bytes(Some(self.0.encode_to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_stored_as_its_word_and_read_back() {
        assert_eq!(PartnerKind::DirectBill.text(), "DIRECT_BILL");
        assert_eq!(PartnerKind::of_text("DIRECT_BILL"), Some(PartnerKind::DirectBill));
        let roles = vec![UserRole::GlobalAdmin, UserRole::SalesAgent];
        assert_eq!(roles.text(), "GLOBAL_ADMIN,SALES_AGENT");
        assert_eq!(Vec::of_text(&roles.text()), Some(roles));
        assert_eq!(Vec::<UserRole>::of_text(""), Some(Vec::new()));
    }

    #[test]
    fn an_unknown_word_is_no_value() {
        for unknown in ["", "UNSPECIFIED", "direct_bill", "DIRECT_BILL "] {
            assert_eq!(PartnerKind::of_text(unknown), None, "{unknown}");
        }
        assert_eq!(Vec::<UserRole>::of_text("GLOBAL_ADMIN,KING"), None);
        assert_eq!(Country::of_text("Italy"), None);
    }
}
