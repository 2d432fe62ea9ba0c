//! A row of a book, and the call that imports it.

use csp_proto::customer::v1::{RecordCustomerAgreementRequest, RecordCustomerRequest};
use csp_proto::partner_registry::v1::{
    AssociateMpnIdRequest, CreateOrganizationRequest, CreateUserRequest, RecordPartnerAgreementRequest,
    RecordPartnerRequest, RegisterMpnIdRequest, SetAffiliationRequest,
};
use csp_proto::relationship::v1::RecordPartnershipRequest;
use csp_proto::subscription::v1::{ImportOffersRequest, RecordSubscriptionRequest, SubmitOrderRequest};

/// A well-formed row of a book.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The line on which the row begins.
    pub(crate) line: u64,
    /// The row's id, unique within its file.
    pub(crate) id: String,
    /// The lane of the row. Rows of one lane are sent one after the other, in the order of the file, because
    /// the result of a row may depend on the row before it.
    pub(crate) lane: String,
    /// Names of the resources that the row depends on.
    pub(crate) needs: Vec<String>,
    /// Name of the resource that the row creates; empty when no other row can depend on it.
    pub(crate) brings: String,
    /// The call that imports the row.
    pub(crate) action: Action,
}

/// The call that imports a row, or the calls.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Organization(CreateOrganizationRequest),
    Affiliation(SetAffiliationRequest),
    Partner(Box<RecordPartnerRequest>),
    MpnId {
        register: RegisterMpnIdRequest,
        associate: Option<AssociateMpnIdRequest>,
    },
    PartnerAgreement(RecordPartnerAgreementRequest),
    User(CreateUserRequest),
    Partnership(RecordPartnershipRequest),
    Customer(Box<RecordCustomerRequest>),
    CustomerAgreement(RecordCustomerAgreementRequest),
    Offer(ImportOffersRequest),
    Subscription(Box<RecordSubscriptionRequest>),
    /// An order, with the resource name of the seller that places it.
    Order {
        seller: String,
        request: Box<SubmitOrderRequest>,
    },
}

/// The names that are not empty.
pub(super) fn named(names: impl IntoIterator<Item = String>) -> Vec<String> {
    names.into_iter().filter(|name| !name.is_empty()).collect()
}
