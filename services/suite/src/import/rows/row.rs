//! A row of a book, and the call that brings it in.

use csp_proto::customer::v1::{RecordCustomerAgreementRequest, RecordCustomerRequest};
use csp_proto::partner_registry::v1::{
    AddUserRequest, AssociateMpnIdRequest, CreateOrganizationRequest, RecordPartnerAgreementRequest,
    RecordPartnerRequest, RegisterMpnIdRequest, SetAffiliationRequest,
};
use csp_proto::relationship::v1::RecordPartnershipRequest;
use csp_proto::subscription::v1::{ImportOffersRequest, RecordSubscriptionRequest, SubmitOrderRequest};

/// A row of a book, well formed.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The line on which it begins.
    pub(crate) line: u64,
    /// What it is known by within its file.
    pub(crate) id: String,
    /// Rows of one lane are played one after the other, in the order of the file: what becomes of one may hang
    /// on the one before.
    pub(crate) lane: String,
    /// Resource names of what it rests on.
    pub(crate) needs: Vec<String>,
    /// Resource name of what it brings in, for the rows that need it; empty when none can.
    pub(crate) brings: String,
    /// How it is brought in.
    pub(crate) action: Action,
}

/// How a row is brought in.
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
    User(AddUserRequest),
    Partnership(RecordPartnershipRequest),
    Customer(Box<RecordCustomerRequest>),
    CustomerAgreement(RecordCustomerAgreementRequest),
    Offer(ImportOffersRequest),
    Subscription(Box<RecordSubscriptionRequest>),
    /// An order, and the seller that places it.
    Order {
        seller: String,
        request: Box<SubmitOrderRequest>,
    },
}

/// What is not empty.
pub(super) fn named(names: impl IntoIterator<Item = String>) -> Vec<String> {
    names.into_iter().filter(|name| !name.is_empty()).collect()
}
