//! A row becomes the call that brings it in.

mod customers;
mod registry;
mod subscriptions;

use csp_proto::customer::v1::{RecordCustomerAgreementRequest, RecordCustomerRequest};
use csp_proto::partner_registry::v1::{
    AddUserRequest, AssociateMpnIdRequest, CreateOrganizationRequest, RecordPartnerAgreementRequest,
    RecordPartnerRequest, RegisterMpnIdRequest, SetAffiliationRequest,
};
use csp_proto::relationship::v1::RecordPartnershipRequest;
use csp_proto::subscription::v1::{ImportOffersRequest, RecordSubscriptionRequest, SubmitOrderRequest};

use super::cells::Cells;

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

/// The row of that file in these cells; `None` for a file that is none of a book.
pub(crate) fn of(file: &str, cells: &mut Cells<'_>, line: u64) -> Option<Row> {
    let row = match file {
        "organizations" => registry::organization(cells),
        "affiliations" => registry::affiliation(cells),
        "partners" => registry::partner(cells),
        "mpn_ids" => registry::mpn_id(cells),
        "partner_agreements" => registry::partner_agreement(cells),
        "users" => registry::user(cells),
        "partnerships" => customers::partnership(cells),
        "customers" => customers::customer(cells),
        "customer_agreements" => customers::customer_agreement(cells),
        "offers" => subscriptions::offer(cells),
        "subscriptions" => subscriptions::subscription(cells),
        "orders" => subscriptions::order(cells),
        _ => return None,
    };
    Some(Row { line, ..row })
}

/// What is not empty.
fn named(names: impl IntoIterator<Item = String>) -> Vec<String> {
    names.into_iter().filter(|name| !name.is_empty()).collect()
}
