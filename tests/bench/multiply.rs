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

/// A table whose rows are copied, the condition for a row to be copied, and the column that gets a suffix,
/// because its text has no prefix that a copy could replace.
type Copied = (&'static str, &'static str, Option<&'static str>);

const CLAIMS: Copied = ("claim", "holder LIKE 'customers/customer-%'", None);
const RELATIONSHIPS: Copied = ("reseller_relationship", "customer LIKE 'customers/customer-%'", Some("id"));
const TYPES: Copied = ("relationship_type", "tenant LIKE 'customer-%'", None);
const CUSTOMERS: Copied = ("customer", "id LIKE 'customer-%'", None);

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

async fn write(book: &Book, tables: &[Copied], prefix: &str) {
    let mut tx = book.store.write();
    for (table, condition, unique) in tables {
        let conn = tx.conn().await.unwrap();
        let columns = "SELECT name, type FROM pragma_table_info($1)";
        let columns: Vec<(String, String)> =
            sqlx::query_as(columns).bind(*table).fetch_all(&mut *conn).await.unwrap();
        let copied = columns.iter().map(|(name, kind)| match kind.as_str() {
            _ if *unique == Some(name.as_str()) => format!("{name} || $1"),
            "TEXT" => format!("REPLACE({name}, '{PREFIX}', $1)"),
            _ => name.clone(),
        });
        let copied = copied.collect::<Vec<_>>().join(", ");
        let sql = format!("INSERT INTO {table} SELECT {copied} FROM {table} WHERE {condition}");
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(prefix).execute(conn).await.unwrap();
        assert!(done.rows_affected() > 0, "no row of `{table}` was copied");
    }
    tx.commit().await.unwrap();
}
