//! The rows in the databases: tests compare the rows that an act must leave unchanged.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use csp_store::{Row, Store};
use csp_suite::service::Service;
use csp_suite::suite::Suite;
use sqlx::{Column, Row as _, ValueRef};

use crate::{Running, SERVICES};

/// Every table of resources: its service, its name, and the statement that reads it. Journals, decisions and
/// guard rows of concurrent writers are not resources: every act writes them.
const TABLES: &[(&str, &str, &str)] = &[
    ("partner-registry", "organization", "SELECT * FROM organization"),
    ("partner-registry", "affiliation", "SELECT * FROM affiliation"),
    ("partner-registry", "partner", "SELECT * FROM partner"),
    ("partner-registry", "mpn_id", "SELECT * FROM mpn_id"),
    ("partner-registry", "partner_status", "SELECT * FROM partner_status"),
    ("partner-registry", "partner_agreement", "SELECT * FROM partner_agreement"),
    ("partner-registry", "partner_user", "SELECT * FROM partner_user"),
    ("partner-registry", "listing", "SELECT * FROM listing"),
    ("partner-registry", "claim", "SELECT * FROM claim"),
    ("relationship", "partnership", "SELECT * FROM partnership"),
    ("relationship", "reseller_relationship", "SELECT * FROM reseller_relationship"),
    ("relationship", "admin_grant", "SELECT * FROM admin_grant"),
    ("relationship", "invitation", "SELECT * FROM invitation"),
    ("customer", "customer", "SELECT * FROM customer"),
    ("customer", "customer_agreement", "SELECT * FROM customer_agreement"),
    ("customer", "customer_key", "SELECT * FROM customer_key"),
    ("customer", "operation", "SELECT * FROM operation"),
    ("customer", "setup_info", "SELECT * FROM setup_info"),
    ("subscription", "offer", "SELECT * FROM offer"),
    ("subscription", "offer_version", "SELECT * FROM offer_version"),
    ("subscription", "cart", "SELECT * FROM cart"),
    ("subscription", "cart_line", "SELECT * FROM cart_line"),
    ("subscription", "orders", "SELECT * FROM orders"),
    ("subscription", "order_line", "SELECT * FROM order_line"),
    ("subscription", "subscription", "SELECT * FROM subscription"),
    ("subscription", "reseller_of_record", "SELECT * FROM reseller_of_record"),
    ("subscription", "subscription_change", "SELECT * FROM subscription_change"),
];

/// The tables, in each service, that every act writes beside its resources.
const BESIDE: [(&str, &str); 4] = [
    // The event id only: the sequencer sets the entry's feed position later.
    ("journal", "SELECT event_id FROM journal"),
    ("decision", "SELECT * FROM decision"),
    ("idempotency", "SELECT * FROM idempotency"),
    ("outbox", "SELECT * FROM outbox"),
];

/// Rows of the databases, each with the values of all columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    rows: BTreeSet<(&'static str, String)>,
}

impl Running {
    /// All resources in the four databases.
    pub async fn stored(&self) -> Stored {
        let mut stores = BTreeMap::new();
        for service in SERVICES {
            stores.insert(service, self.store(service).await);
        }
        Stored::read(&stores, TABLES).await
    }

    /// Changes exactly one row of a service's database, past the service.
    pub async fn tamper(&self, service: &str, statement: &'static str) {
        let mut tx = self.store(service).await.write();
        let done = sqlx::query(statement).execute(tx.conn().await.unwrap()).await.unwrap();
        assert_eq!(done.rows_affected(), 1, "{statement}");
        tx.commit().await.unwrap();
    }

    /// The service's own store if the service runs in this process, otherwise a second store on the same
    /// database.
    async fn store(&self, service: &str) -> Store {
        let service = Service::ALL.into_iter().find(|one| one.name() == service).unwrap();
        match self.suite_here().and_then(|suite| suite.book(service)) {
            Some(book) => book.store.clone(),
            None => {
                let database = self.databases().of(service);
                Store::open(database, service.name(), service.migrations()).await.unwrap()
            }
        }
    }
}

impl Stored {
    /// All resources of a suite in this process, and the rows that every act writes beside them.
    pub async fn of_suite(suite: &Suite) -> Stored {
        let stores = suite.books().map(|book| (book.service, book.store.clone())).collect();
        let beside = SERVICES.iter().flat_map(|service| BESIDE.map(|(table, read)| (*service, table, read)));
        let tables: Vec<_> = TABLES.iter().copied().chain(beside).collect();
        Stored::read(&stores, &tables).await
    }

    async fn read(stores: &BTreeMap<&str, Store>, tables: &[(&str, &'static str, &'static str)]) -> Stored {
        let mut rows = BTreeSet::new();
        for (service, table, statement) in tables {
            let mut reader = stores[service].read().await.unwrap();
            let found: Vec<Row> = sqlx::query(*statement).fetch_all(reader.conn()).await.unwrap();
            rows.extend(found.iter().map(|row| (*table, written_out(row))));
        }
        Stored { rows }
    }

    /// Only the rows of these tables.
    pub fn of(&self, tables: &[&str]) -> Stored {
        assert!(tables.iter().all(|table| TABLES.iter().any(|(_, known, _)| known == table)), "{tables:?}");
        Stored { rows: self.rows.iter().filter(|(table, _)| tables.contains(table)).cloned().collect() }
    }

    /// The rows that are not in `afterwards` with the same bytes. Rows added meanwhile do not count.
    pub fn missing_in<'s>(&'s self, afterwards: &'s Stored) -> Vec<&'s (&'static str, String)> {
        self.rows.difference(&afterwards.rows).collect()
    }

    /// Asserts that every row of `tables` is in `afterwards` with the same bytes, and that each of these
    /// tables has a row to compare.
    #[track_caller]
    pub fn must_stand_in(&self, afterwards: &Stored, tables: &[&str]) {
        for table in tables {
            assert!(self.rows.iter().any(|(of, _)| of == table), "there is no row of {table} to compare");
        }
        let missing = self.of(tables).missing_in(afterwards).into_iter().cloned().collect::<Vec<_>>();
        assert!(missing.is_empty(), "changed or gone: {missing:#?}");
    }
}

fn written_out(row: &Row) -> String {
    row.columns().iter().fold(String::new(), |mut text, column| {
        write!(text, "{}={} ", column.name(), value(row, column.ordinal())).unwrap();
        text
    })
}

fn value(row: &Row, at: usize) -> String {
    if row.try_get_raw(at).unwrap().is_null() {
        return "NULL".to_owned();
    }
    let number = row.try_get::<i64, _>(at).map(|number| number.to_string());
    let text = number.or_else(|_| row.try_get::<String, _>(at).map(|text| format!("{text:?}")));
    text.or_else(|_| row.try_get::<Vec<u8>, _>(at).map(|bytes| format!("{bytes:?}"))).unwrap()
}
