//! Makes a large book by copying the rows of recorded customers: faster than one call for each customer.
//!
//! A copy consists of the rows that recording stores, in the same tables and indexes, under new names:
//! customer, relationship, claims of tenant and domain. Journal entries and decisions are not copied: a list
//! does not read them. A copy keeps the original's billing data.

use csp_service::Book;
use csp_suite::service::Service;
use csp_tests::Running;

/// The start of the ids, tenants and domains of recorded customers.
pub(crate) const PREFIX: &str = "customer-";

/// The statements that copy rows. `$1` replaces [`PREFIX`] in names.
const CUSTOMERS: &str = "INSERT INTO customer SELECT REPLACE(id, 'customer-', $1), REPLACE(tenant, 'customer-', $1), \
     revision, create_time, update_time, state, operation, \
     REPLACE(domain, 'customer-', $1), further_domains, country, cloud, REPLACE(company_name, 'customer-', $1), \
     REPLACE(search_text, 'customer-', $1), billing_address, billing_contact, registration_id, \
     registration_id_attestation, organization, creator, creator_tenant, setup_info_shown, invitation, evidence_date, \
     evidence_source FROM customer WHERE id LIKE 'customer-%'";
const RELATIONSHIPS: &str = "INSERT INTO reseller_relationship SELECT id || $1, revision, create_time, update_time, \
     partner, partner_tenant, provider, provider_tenant, REPLACE(customer, 'customer-', $1), \
     REPLACE(customer_tenant, 'customer-', $1), state, origin, with_customer, end_time, end_reason, \
     text_version, evidence_date, evidence_source, closing_time, closing_request, latest_closing_time \
     FROM reseller_relationship WHERE customer LIKE 'customers/customer-%'";
const TYPES: &str = "INSERT INTO relationship_type SELECT REPLACE(tenant, 'customer-', $1), provider, kind, edges \
     FROM relationship_type WHERE tenant LIKE 'customer-%'";
const CLAIMS: &str = "INSERT INTO claim SELECT kind, REPLACE(value, 'customer-', $1), \
     REPLACE(holder, 'customer-', $1) FROM claim WHERE holder LIKE 'customers/customer-%'";

/// Copies the recorded customers until there are `times` times as many.
pub(crate) async fn customers(suite: &Running, times: u32) {
    let book = |service| suite.suite().book(service).unwrap();
    for copy in 1..times {
        let prefix = format!("copy-{copy:04}-");
        write(book(Service::PartnerRegistry), &[CLAIMS], &prefix).await;
        write(book(Service::Relationship), &[RELATIONSHIPS, TYPES], &prefix).await;
        write(book(Service::Customer), &[CUSTOMERS], &prefix).await;
    }
}

async fn write(book: &Book, statements: &[&'static str], prefix: &str) {
    let mut tx = book.store.write();
    for sql in statements {
        let copied = sqlx::query(*sql).bind(prefix).execute(tx.conn().await.unwrap()).await.unwrap();
        assert!(copied.rows_affected() > 0, "{sql}");
    }
    tx.commit().await.unwrap();
}
