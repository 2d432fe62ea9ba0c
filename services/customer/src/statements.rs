//! Every statement of the service's tables, in one list.

use crate::{agreement, creation, customer, setup_info};

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
    use crate::schema::{MIGRATIONS, NAME};

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
