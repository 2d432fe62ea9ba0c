//! The service's tables: SQL as constants, one row struct a table, one function a question. No rules.

use csp_store::Migration;

use crate::{agreement, creation, customer, setup_info};

macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../migrations/", $name, ".sql")),
        }
    };
}

/// The service's name: its namespace in the database, and the beginning of its decision ids.
pub const NAME: &str = "customer";

/// The schema, step by step.
pub const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_customer"),
    migration!(2, "0002_customer_tenant"),
    migration!(3, "0003_customer_reserved"),
    migration!(4, "0004_customer_external_id"),
    migration!(5, "0005_customer_of_external_id"),
    migration!(6, "0006_customer_agreement"),
    migration!(7, "0007_customer_agreement_customer"),
    migration!(8, "0008_operation"),
    migration!(9, "0009_operation_request"),
    migration!(10, "0010_operation_lease"),
    migration!(11, "0011_setup_info"),
    migration!(12, "0012_operation_running"),
];

/// How many keys one statement looks up.
pub(crate) const KEYS_MAX: usize = 50;

/// Every statement of the service's tables, as the database gets it: for the test that prepares each.
pub fn statements() -> Vec<String> {
    let tables = [
        customer::table::STATEMENTS,
        customer::facts::STATEMENTS,
        agreement::table::STATEMENTS,
        setup_info::table::STATEMENTS,
        creation::table::STATEMENTS,
    ];
    tables.concat().iter().map(|statement| statement.sql()).collect()
}

#[cfg(test)]
mod tests {
    use csp_store::{Config, Store};
    use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

    use super::*;

    #[tokio::test]
    async fn every_statement_fits_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Config::sqlite(folder.path().join("c.db")), NAME, MIGRATIONS).await.unwrap();
        let mut reader = store.read_once().await.unwrap();
        for sql in statements() {
            let prepared = (&mut *reader).prepare(AssertSqlSafe(sql.clone()).into_sql_str()).await;
            prepared.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }
}
