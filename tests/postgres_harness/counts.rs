//! The proxy counts round trips and statements, and lists the statements.

use csp_tests::proxy::{Action, Count};
use sqlx::Connection;

use crate::postgres_harness::scene::{COUNT_FROM, INSERT, Scene, insert};

#[tokio::test]
async fn connecting_counts_no_round_trip() {
    let Some(scene) = Scene::set().await else { return };
    let _another = scene.connect().await.unwrap();
    assert_eq!(scene.proxy.count(), Count::default());
}

#[tokio::test]
async fn a_new_statement_takes_two_round_trips_and_a_prepared_one_takes_one() {
    let Some(mut scene) = Scene::set().await else { return };
    insert(&mut scene.client, 1).await.unwrap();
    assert_eq!(scene.proxy.count(), Count { round_trips: 2, statements: 1, parses: 1 });
    scene.proxy.reset();
    insert(&mut scene.client, 2).await.unwrap();
    assert_eq!(scene.proxy.count(), Count { round_trips: 1, statements: 1, parses: 0 });
}

#[tokio::test]
async fn a_ping_is_a_round_trip_without_a_statement() {
    let Some(mut scene) = Scene::set().await else { return };
    scene.client.ping().await.unwrap();
    assert_eq!(scene.proxy.count(), Count { round_trips: 1, statements: 0, parses: 0 });
}

#[tokio::test]
async fn an_executed_prepared_statement_is_listed_by_its_text() {
    let Some(mut scene) = Scene::set().await else { return };
    let mut transaction = scene.client.begin().await.unwrap();
    insert(&mut transaction, 1).await.unwrap();
    sqlx::query(COUNT_FROM).bind(0_i64).fetch_one(&mut *transaction).await.unwrap();
    insert(&mut transaction, 2).await.unwrap();
    transaction.commit().await.unwrap();
    let seen: Vec<String> = scene.proxy.statements().iter().map(ToString::to_string).collect();
    let expected = [
        "query BEGIN".to_owned(),
        format!("prepare {INSERT}"),
        format!("execute {INSERT}"),
        format!("prepare {COUNT_FROM}"),
        format!("execute {COUNT_FROM}"),
        format!("execute {INSERT}"),
        "query COMMIT".to_owned(),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_late_rollback_of_a_dropped_transaction_is_counted_when_it_is_sent() {
    let Some(mut scene) = Scene::set().await else { return };
    let mut transaction = scene.client.begin().await.unwrap();
    insert(&mut transaction, 1).await.unwrap();
    drop(transaction);
    scene.proxy.reset();
    insert(&mut scene.client, 2).await.unwrap();
    let seen: Vec<Action> = scene.proxy.statements().iter().map(|statement| statement.action).collect();
    assert_eq!(seen, [Action::Query, Action::Execute], "the late rollback, then the statement");
    assert_eq!(scene.notes().await, 1);
}

#[tokio::test]
async fn a_large_answer_passes_unchanged() {
    let Some(mut scene) = Scene::set().await else { return };
    let great: Vec<String> = sqlx::query_scalar("SELECT repeat('x', 10000) FROM generate_series(1, $1)")
        .bind(1000_i64)
        .fetch_all(&mut scene.client)
        .await
        .unwrap();
    assert_eq!(great.len(), 1000);
    assert!(great.iter().all(|text| text.len() == 10_000));
}

#[tokio::test]
async fn a_large_parameter_passes_unchanged() {
    let Some(mut scene) = Scene::set().await else { return };
    let length: i32 = sqlx::query_scalar("SELECT length($1::text)")
        .bind("x".repeat(5_000_000))
        .fetch_one(&mut scene.client)
        .await
        .unwrap();
    assert_eq!(length, 5_000_000);
}
