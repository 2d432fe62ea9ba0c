//! The final state: the journals, the resources that the API shows, and unfinished work.

use std::collections::BTreeMap;

use csp_proto::customer::v1 as customer;
use csp_proto::google::longrunning::ListOperationsRequest;
use csp_proto::partner_registry::v1 as registry;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_store::journal::{self, ENTRIES_READ_MAX, Recorded};
use csp_suite::service::Service;
use csp_tests::{Running, agreement_of, all_orders, all_subscriptions, sorted};
use prost::{Message, Name};

const CUSTOMERS: &str = "customers/";
/// The parent of a list over all customers.
const EVERY_CUSTOMER: &str = "customers/-";

const OPERATIONS_RUNNING: &str = "SELECT id FROM operation WHERE state = 'RUNNING'";
const CUSTOMERS_RESERVED: &str = "SELECT id FROM customer WHERE state = 'RESERVED'";
const CLAIMS: &str = "SELECT value, holder FROM claim WHERE kind IN ('CUSTOMER_TENANT', 'DOMAIN')";
const RELATIONSHIPS_CLOSING: &str = "SELECT id FROM reseller_relationship WHERE closing_time IS NOT NULL";
const ENTRIES_WITHOUT_POSITION: &str = "SELECT event_id FROM journal WHERE position IS NULL LIMIT 1";
const EDGES_CLOSED: &str = "SELECT edge FROM edge_guard WHERE state = 'CLOSED'";

/// Queries for unfinished work, each with the service whose database answers it.
pub(crate) const UNFINISHED: [(Service, &str); 2] =
    [(Service::Customer, OPERATIONS_RUNNING), (Service::Relationship, RELATIONSHIPS_CLOSING)];

/// The final state of all services.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    /// The journal of each service.
    pub(crate) journals: BTreeMap<&'static str, Vec<Recorded>>,
    /// The resources that the API shows: each name with the resource as JSON in the journal's form.
    pub(crate) shown: BTreeMap<String, String>,
    /// Operations that have not ended.
    pub(crate) running: Vec<String>,
    /// Customers that an operation has reserved.
    pub(crate) reserved: Vec<String>,
    /// Claimed tenants and domains, each with the customer that holds the claim.
    pub(crate) claims: Vec<(String, String)>,
    /// Relationships whose removal was started and is not finished.
    pub(crate) closing: Vec<String>,
    /// Relationships that are closed for orders.
    pub(crate) closed: Vec<String>,
}

impl Stored {
    pub(crate) async fn read(suite: &Running) -> Stored {
        let mut stored = Stored { running: running(suite).await, ..Stored::default() };
        for service in Service::ALL {
            stored.journals.insert(service.name(), journal_of(suite, service).await);
        }
        stored.reserved = column(suite, Service::Customer, CUSTOMERS_RESERVED).await;
        stored.closing = column(suite, Service::Relationship, RELATIONSHIPS_CLOSING).await;
        stored.closed = column(suite, Service::Subscription, EDGES_CLOSED).await;
        let registry = suite.suite().book(Service::PartnerRegistry).unwrap();
        stored.claims =
            sqlx::query_as(CLAIMS).fetch_all(registry.store.read().await.unwrap().conn()).await.unwrap();
        stored.show_registry(suite).await;
        stored.show_edges(suite).await;
        stored.show_sales(suite).await;
        stored.show_customers(suite).await;
        stored
    }

    async fn show_registry(&mut self, suite: &Running) {
        let operator = suite.operator();
        self.show_pages(async |page_token| {
            let asked = registry::ListOrganizationsRequest { page_token, ..Default::default() };
            let page = operator.registry().list_organizations(asked).await.unwrap().into_inner();
            (by_name(&page.organizations, |it| &it.name), page.next_page_token)
        })
        .await;
        self.show_pages(async |page_token| {
            let asked = registry::ListPartnersRequest { page_token, ..Default::default() };
            let page = operator.registry().list_partners(asked).await.unwrap().into_inner();
            let mut shown = by_name(&page.partners, |it| &it.name);
            for partner in page.partners {
                let asked =
                    registry::GetPartnerAgreementRequest { name: format!("{}/agreement", partner.name) };
                if let Ok(found) = operator.registry().get_partner_agreement(asked).await {
                    shown.extend(by_name(found.into_inner().agreement.as_slice(), |it| &it.name));
                }
            }
            (shown, page.next_page_token)
        })
        .await;
        self.show_pages(async |page_token| {
            let asked = registry::ListMpnIdsRequest { page_token, ..Default::default() };
            let page = operator.registry().list_mpn_ids(asked).await.unwrap().into_inner();
            (by_name(&page.mpn_ids, |it| &it.name), page.next_page_token)
        })
        .await;
    }

    async fn show_edges(&mut self, suite: &Running) {
        let operator = suite.operator();
        self.show_pages(async |page_token| {
            let filter = Some(csp_tests::every_partnership());
            let asked = relationship::ListPartnershipsRequest { filter, page_token, ..Default::default() };
            let page = operator.relationship().list_partnerships(asked).await.unwrap().into_inner();
            (by_name(&page.partnerships, |it| &it.name), page.next_page_token)
        })
        .await;
        self.show_pages(async |page_token| {
            let asked = relationship::ListResellerRelationshipsRequest {
                parent: EVERY_CUSTOMER.to_owned(),
                filter: Some(csp_tests::every_relationship()),
                page_token,
                ..Default::default()
            };
            let page = operator.relationship().list_reseller_relationships(asked).await.unwrap().into_inner();
            (by_name(&page.relationships, |it| &it.name), page.next_page_token)
        })
        .await;
        self.show_pages(async |page_token| {
            let asked = relationship::ListAdminGrantsRequest {
                parent: EVERY_CUSTOMER.to_owned(),
                filter: Some(csp_tests::every_admin_grant()),
                page_token,
                ..Default::default()
            };
            let page = operator.relationship().list_admin_grants(asked).await.unwrap().into_inner();
            (by_name(&page.admin_grants, |it| &it.name), page.next_page_token)
        })
        .await;
    }

    async fn show_sales(&mut self, suite: &Running) {
        let operator = suite.operator();
        self.show_pages(async |page_token| {
            let asked = subscription::ListOffersRequest { page_token, ..Default::default() };
            let page = operator.subscription().list_offers(asked).await.unwrap().into_inner();
            (by_name(&page.offers, |it| &it.name), page.next_page_token)
        })
        .await;
        self.show_pages(async |page_token| {
            let asked = subscription::ListOrdersRequest { page_token, ..all_orders() };
            let page = operator.subscription().list_orders(asked).await.unwrap().into_inner();
            (by_name(&page.orders, |it| &it.name), page.next_page_token)
        })
        .await;
        self.show_pages(async |page_token| {
            let asked = subscription::ListSubscriptionsRequest { page_token, ..all_subscriptions() };
            let page = operator.subscription().list_subscriptions(asked).await.unwrap().into_inner();
            (by_name(&page.subscriptions, |it| &it.name), page.next_page_token)
        })
        .await;
    }

    /// Customers, their agreements, and operations. Agreements have no list RPC, so each is read by its name.
    async fn show_customers(&mut self, suite: &Running) {
        let operator = suite.operator();
        self.show_pages(async |page_token| {
            let asked = customer::ListCustomersRequest { page_token, ..Default::default() };
            let page = operator.customers().list_customers(asked).await.unwrap().into_inner();
            (by_name(&page.customers, |it| &it.name), page.next_page_token)
        })
        .await;
        let customers = self.shown.keys().filter(|name| name.starts_with(CUSTOMERS)).cloned();
        for customer in customers.collect::<Vec<_>>() {
            let asked = customer::GetCustomerAgreementRequest { name: agreement_of(&customer) };
            if let Ok(found) = operator.customers().get_customer_agreement(asked).await {
                self.shown.extend(by_name(found.into_inner().agreement.as_slice(), |it| &it.name));
            }
        }
        self.show_pages(async |page_token| {
            let name = "operations".to_owned();
            let asked = ListOperationsRequest { name, page_token, ..Default::default() };
            let page = operator.operations().list_operations(asked).await.unwrap().into_inner();
            (by_name(&page.operations, |it| &it.name), page.next_page_token)
        })
        .await;
    }

    async fn show_pages(&mut self, page: impl AsyncFn(String) -> (Vec<(String, String)>, String)) {
        let mut page_token = String::new();
        loop {
            let (resources, next) = page(page_token).await;
            self.shown.extend(resources);
            if next.is_empty() {
                return;
            }
            page_token = next;
        }
    }
}

/// The operations that have not ended.
pub(crate) async fn running(suite: &Running) -> Vec<String> {
    column(suite, Service::Customer, OPERATIONS_RUNNING).await
}

/// Relationships whose removal is in flight or was interrupted.
pub(crate) async fn closing(suite: &Running) -> Vec<String> {
    column(suite, Service::Relationship, RELATIONSHIPS_CLOSING).await
}

/// Whether every entry of every journal has a feed position.
pub(crate) async fn is_numbered(suite: &Running) -> bool {
    for service in Service::ALL {
        if !column(suite, service, ENTRIES_WITHOUT_POSITION).await.is_empty() {
            return false;
        }
    }
    true
}

async fn column(suite: &Running, service: Service, sql: &'static str) -> Vec<String> {
    let store = &suite.suite().book(service).unwrap().store;
    sqlx::query_scalar(sql).fetch_all(store.read().await.unwrap().conn()).await.unwrap()
}

async fn journal_of(suite: &Running, service: Service) -> Vec<Recorded> {
    let store = &suite.suite().book(service).unwrap().store;
    let mut reader = store.read().await.unwrap();
    let mut entries: Vec<Recorded> = Vec::new();
    loop {
        let after = entries.last().map_or("", |last| last.event_id.as_str());
        let page = journal::page(&mut reader, after, ENTRIES_READ_MAX).await.unwrap();
        if page.is_empty() {
            return entries;
        }
        entries.extend(page.into_iter().map(|entry| Recorded {
            change_before: entry.change_before.as_deref().map(sorted),
            change_after: entry.change_after.as_deref().map(sorted),
            ..entry
        }));
    }
}

fn by_name<M: Message + Name>(resources: &[M], name: impl Fn(&M) -> &String) -> Vec<(String, String)> {
    resources.iter().map(|it| (name(it).clone(), sorted(&csp_service::json(it).unwrap()))).collect()
}
