//! Reads all resources by RPC as an operator. Operations and carts, which no RPC lists, are read by the ids
//! in the database. Partner agreements, which no RPC reads, are built from their rows.

use csp_proto::customer::v1 as customer;
use csp_proto::partner_registry::v1 as registry;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_proto::r#type::v1::Evidence;
use csp_service::wire::timestamp;
use csp_suite::service::Service;
use csp_tests::Running;
use jiff::Timestamp;
use prost::{Message, Name};
use prost_types::Any;
use sqlx::Row;

use super::{Resources, shown};
const PAGE: i32 = 500;
const AGREEMENTS: &str = "SELECT id, revision, create_time, update_time, partner, organization, region, \
     agreement_version, signer, sign_date, evidence_date, evidence_source FROM partner_agreement";
const OPERATIONS: &str = "SELECT id FROM operation";
const CARTS: &str = "SELECT id FROM cart";

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

async fn ids(suite: &Running, service: Service, query: &'static str) -> Vec<String> {
    let mut reader = suite.suite().book(service).unwrap().store.read().await.unwrap();
    sqlx::query_scalar(query).fetch_all(reader.conn()).await.unwrap()
}

async fn registry(suite: &Running) -> Resources {
    let (mut book, mut operator) = (Resources::new(), suite.operator().registry());
    let all = registry::ListOrganizationsRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_organizations, all, organizations);
    let all = registry::ListMpnIdsRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_mpn_ids, all, mpn_ids);
    let all = registry::ListPartnersRequest { page_size: PAGE, ..Default::default() };
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
    }
    let mut reader = suite.suite().book(Service::PartnerRegistry).unwrap().store.read().await.unwrap();
    for row in sqlx::query(AGREEMENTS).fetch_all(reader.conn()).await.unwrap() {
        let agreement = agreement(&row);
        put(&mut book, &agreement.name, &agreement);
    }
    book
}

fn agreement(row: &csp_store::Row) -> registry::PartnerAgreement {
    let (text, number) = (|column| row.get::<String, _>(column), |column| row.get::<i64, _>(column));
    let instant = |column| Timestamp::from_microsecond(number(column)).unwrap();
    let evidence = |date| Evidence { date, source: text("evidence_source") };
    registry::PartnerAgreement {
        name: format!("partnerAgreements/{}", text("id")),
        revision: number("revision"),
        create_time: Some(timestamp(instant("create_time"))),
        update_time: Some(timestamp(instant("update_time"))),
        partner: text("partner"),
        organization: text("organization"),
        region: text("region"),
        agreement_version: text("agreement_version"),
        signer: text("signer"),
        sign_date: text("sign_date"),
        evidence: row.get::<Option<String>, _>("evidence_date").map(evidence),
    }
}

async fn relationship(suite: &Running) -> Resources {
    let (mut book, mut operator) = (Resources::new(), suite.operator().relationship());
    use relationship::PartnershipState::{Active, Declined, Pending, Removed, Withdrawn};
    // A list without a state holds open partnerships only.
    for state in [Pending, Active, Declined, Withdrawn, Removed] {
        let all = relationship::ListPartnershipsRequest {
            state: state.into(),
            page_size: PAGE,
            ..Default::default()
        };
        list!(book, operator, list_partnerships, all, partnerships);
    }
    let all = relationship::ListInvitationsRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_invitations, all, invitations);
    let all = relationship::ListResellerRelationshipsRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_reseller_relationships, all, relationships);
    let all = relationship::ListAdminGrantsRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_admin_grants, all, admin_grants);
    book
}

async fn customer(suite: &Running) -> Resources {
    let (mut book, mut operator) = (Resources::new(), suite.operator().customers());
    let all = customer::ListCustomersRequest { page_size: PAGE, ..Default::default() };
    for found in list!(book, operator, list_customers, all, customers) {
        let request = customer::GetCustomerAgreementRequest { customer: found.name };
        let read = operator.get_customer_agreement(request).await.unwrap().into_inner();
        if let Some(agreement) = read.agreement {
            put(&mut book, &agreement.name, &agreement);
        }
    }
    for id in ids(suite, Service::Customer, OPERATIONS).await {
        let request = customer::GetOperationRequest { name: format!("operations/{id}") };
        let operation = operator.get_operation(request).await.unwrap().into_inner().operation.unwrap();
        put(&mut book, &operation.name, &operation);
    }
    book
}

pub(crate) async fn subscription(suite: &Running) -> Resources {
    let (mut book, mut operator) = (Resources::new(), suite.operator().subscription());
    let all = subscription::ListOffersRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_offers, all, offers);
    let all = subscription::ListOrdersRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_orders, all, orders);
    let all = subscription::ListSubscriptionsRequest { page_size: PAGE, ..Default::default() };
    list!(book, operator, list_subscriptions, all, subscriptions);
    for id in ids(suite, Service::Subscription, CARTS).await {
        let request = subscription::GetCartRequest { name: format!("carts/{id}") };
        let cart = operator.get_cart(request).await.unwrap().into_inner().cart.unwrap();
        put(&mut book, &cart.name, &cart);
    }
    book
}
