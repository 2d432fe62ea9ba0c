//! Reads all resources by RPC as an operator.

use csp_proto::customer::v1 as customer;
use csp_proto::google::longrunning::ListOperationsRequest;
use csp_proto::partner_registry::v1 as registry;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_tests::{Running, all_orders, all_subscriptions};
use prost::{Message, Name};
use prost_types::Any;

use super::{Resources, shown};
const PAGE: i32 = 500;
/// The parent of a list over all customers.
const EVERY_CUSTOMER: &str = "customers/-";

pub(crate) async fn everything(suite: &Running) -> Resources {
    let mut book = registry(suite).await;
    book.append(&mut relationship(suite).await);
    book.append(&mut customer(suite).await);
    book.append(&mut subscription(suite).await);
    book
}

fn put<M: Message + Name>(book: &mut Resources, name: &str, resource: &M) {
    let type_url = format!("type.googleapis.com/{}", M::full_name());
    let resource = Any { type_url, value: resource.encode_to_vec() };
    assert_eq!(book.insert(name.to_owned(), shown(&resource)), None, "{name} is listed twice");
}

/// Inserts every listed resource. One page must hold them all.
macro_rules! list {
    ($book:expr, $client:expr, $method:ident, $request:expr, $field:ident) => {{
        let page = $client.$method($request).await.unwrap().into_inner();
        assert_eq!(page.next_page_token, "", "one page holds them all");
        for resource in &page.$field {
            put(&mut $book, &resource.name, resource);
        }
        page.$field
    }};
}

async fn registry(suite: &Running) -> Resources {
    let (mut book, mut operator) = (Resources::new(), suite.operator().registry());
    let all = registry::ListOrganizationsRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_organizations, all, organizations);
    let all = registry::ListMpnIdsRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_mpn_ids, all, mpn_ids);
    use registry::EnrollmentState::{Authorized, Pending, Rejected};
    let states = [Pending, Authorized, Rejected].map(i32::from).to_vec();
    let filter = registry::PartnerFilter { states, ..Default::default() };
    let all = registry::ListPartnersRequest { filter: Some(filter), page_size: PAGE, ..Default::default() };
    for partner in list!(book, operator, list_partners, all, partners) {
        let of_partner = registry::ListUsersRequest {
            parent: partner.name.clone(),
            page_size: PAGE,
            ..Default::default()
        };
        list!(book, operator, list_users, of_partner, users);
        let request = registry::GetListingRequest { name: format!("{}/listing", partner.name) };
        if let Ok(found) = operator.get_listing(request).await {
            let listing = found.into_inner().listing.unwrap();
            put(&mut book, &listing.name, &listing);
        }
        let name = format!("{}/agreement", partner.name);
        let request = registry::GetPartnerAgreementRequest { name: name.clone() };
        // Accounts of one company share the signature that one of them names.
        let read = operator.get_partner_agreement(request).await.ok();
        let agreement = read.and_then(|answer| answer.into_inner().agreement);
        if let Some(agreement) = agreement.filter(|agreement| agreement.name == name) {
            put(&mut book, &name, &agreement);
        }
    }
    book
}

async fn relationship(suite: &Running) -> Resources {
    let (mut book, mut operator) = (Resources::new(), suite.operator().relationship());
    let (filter, page_size) = (Some(csp_tests::every_partnership()), PAGE);
    let all = relationship::ListPartnershipsRequest { filter, page_size, ..Default::default() };
    list!(book, operator, list_partnerships, all, partnerships);
    let filter = Some(csp_tests::every_invitation());
    let all = relationship::ListInvitationsRequest { filter, page_size, ..Default::default() };
    list!(book, operator, list_invitations, all, invitations);
    let (parent, filter) = (EVERY_CUSTOMER.to_owned(), Some(csp_tests::every_relationship()));
    let all = relationship::ListResellerRelationshipsRequest {
        parent: parent.clone(),
        filter,
        page_size,
        ..Default::default()
    };
    list!(book, operator, list_reseller_relationships, all, relationships);
    let filter = Some(csp_tests::every_admin_grant());
    let all = relationship::ListAdminGrantsRequest { parent, filter, page_size, ..Default::default() };
    list!(book, operator, list_admin_grants, all, admin_grants);
    book
}

async fn customer(suite: &Running) -> Resources {
    let (mut book, mut operator) = (Resources::new(), suite.operator().customers());
    let all = customer::ListCustomersRequest { page_size: PAGE, ..Default::default() };
    let listed = operator.list_customers(all).await.unwrap().into_inner();
    assert_eq!(listed.next_page_token, "", "one page holds them all");
    for found in listed.customers {
        // The feed has no party's own key for a customer; the operator reads its own.
        let told = customer::Customer { external_id: String::new(), ..found.clone() };
        put(&mut book, &found.name, &told);
        let request = customer::GetCustomerAgreementRequest { name: csp_tests::agreement_of(&found.name) };
        // A customer that has not accepted has no agreement.
        let Ok(read) = operator.get_customer_agreement(request).await else { continue };
        let agreement = read.into_inner().agreement.unwrap();
        put(&mut book, &agreement.name, &agreement);
    }
    let name = "operations".to_owned();
    let all = ListOperationsRequest { name, page_size: PAGE, ..Default::default() };
    let mut operator = suite.operator().operations();
    list!(book, operator, list_operations, all, operations);
    book
}

pub(crate) async fn subscription(suite: &Running) -> Resources {
    let (mut book, mut operator) = (Resources::new(), suite.operator().subscription());
    let all = subscription::ListOffersRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_offers, all, offers);
    let filter = Some(subscription::OfferFilter { withdrawn: true, ..Default::default() });
    let withdrawn = subscription::ListOffersRequest { page_size: PAGE, filter, ..Default::default() };
    list!(book, operator, list_offers, withdrawn, offers);
    let all = subscription::ListOrdersRequest { page_size: PAGE, ..all_orders() };
    list!(book, operator, list_orders, all, orders);
    let all = subscription::ListSubscriptionsRequest { page_size: PAGE, ..all_subscriptions() };
    list!(book, operator, list_subscriptions, all, subscriptions);
    let states = (1..=4).collect();
    let all = subscription::ListCartsRequest {
        parent: "customers/-".to_owned(),
        filter: Some(subscription::CartFilter { states, ..Default::default() }),
        page_size: PAGE,
        ..Default::default()
    };
    list!(book, operator, list_carts, all, carts);
    book
}
