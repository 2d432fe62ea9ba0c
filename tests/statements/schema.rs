//! Every statement of every service fits the schema of its database, on both backends: the database prepares
//! it.

use csp_store::Store;
use csp_suite::service::Service;
use csp_tests::Postgres;
use csp_tests::databases::Databases;
use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};

/// The database's errors for the statements that do not fit the schema of that service.
async fn refused(databases: &Databases, service: Service, statements: &[String]) -> Vec<String> {
    let store = Store::open(databases.of(service), service.name(), service.migrations()).await.unwrap();
    let mut reader = store.read().await.unwrap();
    let mut refused = Vec::new();
    for sql in statements {
        let prepared = reader.conn().prepare(AssertSqlSafe(sql.clone()).into_sql_str()).await;
        refused.extend(prepared.err().map(|error| format!("{service}: {sql}: {error}")));
    }
    refused
}

async fn every_statement_fits(databases: &Databases) {
    let mut problems = Vec::new();
    for service in Service::ALL {
        let statements = service.statements();
        assert!(!statements.is_empty(), "{service} lists no statements");
        // Each database has the tables of the store too.
        let statements: Vec<String> = statements.into_iter().chain(csp_store::statements()).collect();
        problems.extend(refused(databases, service, &statements).await);
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test]
async fn every_statement_fits_the_schema_on_sqlite() {
    every_statement_fits(&Databases::sqlite()).await;
}

#[tokio::test]
async fn every_statement_fits_the_schema_on_postgres() {
    if Postgres::shared().is_some() {
        every_statement_fits(&Databases::postgres().await).await;
    }
}

/// The negative control of the tests above.
#[tokio::test]
async fn a_statement_that_does_not_fit_the_schema_is_found() {
    let wrong = ["SELECT id, colour FROM partnership WHERE id = $1".to_owned()];
    let refused = refused(&Databases::sqlite(), Service::Relationship, &wrong).await;
    assert!(refused.len() == 1 && refused[0].contains("colour"), "{refused:?}");
}
