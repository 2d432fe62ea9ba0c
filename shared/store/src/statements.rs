//! The store's own statements, for tests.

use crate::write::{decision, idempotency, outbox};
use crate::{feed, journal};

/// Every statement on the store's own tables, as SQL. A test prepares each one to check it against the
/// schema.
pub fn statements() -> Vec<String> {
    let all = [
        journal::STATEMENTS,
        decision::STATEMENTS,
        idempotency::STATEMENTS,
        outbox::STATEMENTS,
        feed::state::STATEMENTS,
        feed::read::STATEMENTS,
        feed::sequence::STATEMENTS,
        feed::prune::STATEMENTS,
    ];
    all.concat().iter().map(|statement| statement.sql()).collect()
}

#[cfg(test)]
mod tests {
    use super::statements;
    use crate::{Config, Store};
    use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};

    #[tokio::test]
    async fn every_statement_fits_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Config::sqlite(folder.path().join("store.db")), "test", &[]).await.unwrap();
        let mut reader = store.read_once().await.unwrap();
        for sql in statements() {
            let prepared = reader.prepare(AssertSqlSafe(sql.clone()).into_sql_str()).await;
            prepared.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }
}
