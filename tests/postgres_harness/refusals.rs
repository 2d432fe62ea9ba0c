//! Faults in which the server answers with an error.

use csp_tests::proxy::Fault;
use sqlx::Connection;

use crate::postgres_harness::scene::{INSERT, Scene, insert, sqlstate};

/// SQLSTATE with which the server refuses every statement of a failed transaction.
const IN_FAILED_TRANSACTION: &str = "25P02";

#[tokio::test]
async fn a_refusal_has_the_sqlstate_of_its_fault() {
    let Some(mut scene) = Scene::set().await else { return };
    for (fault, code) in [(Fault::Serialization, "40001"), (Fault::Deadlock, "40P01")] {
        scene.proxy.fail_nth(1, fault);
        assert_eq!(sqlstate(insert(&mut scene.client, 1).await), code);
    }
    assert_eq!(scene.notes().await, 0);
    insert(&mut scene.client, 1).await.unwrap();
    assert_eq!(scene.notes().await, 1, "the connection can be used further");
}

#[tokio::test]
async fn the_nth_round_trip_fails_and_no_other() {
    let Some(mut scene) = Scene::set().await else { return };
    scene.proxy.fail_nth(4, Fault::Serialization);
    // The first insert takes two round trips, because its statement is prepared first.
    insert(&mut scene.client, 1).await.unwrap();
    insert(&mut scene.client, 2).await.unwrap();
    assert_eq!(sqlstate(insert(&mut scene.client, 3).await), "40001");
    insert(&mut scene.client, 4).await.unwrap();
    assert_eq!(scene.proxy.faults(), [format!("execute {INSERT}")]);
    assert_eq!(scene.notes().await, 3);
}

#[tokio::test]
async fn preparing_can_be_refused_and_tried_again() {
    let Some(mut scene) = Scene::set().await else { return };
    scene.proxy.fail_nth(1, Fault::Serialization);
    assert_eq!(sqlstate(insert(&mut scene.client, 1).await), "40001");
    assert_eq!(scene.proxy.faults(), [format!("prepare {INSERT}")]);
    insert(&mut scene.client, 1).await.unwrap();
}

#[tokio::test]
async fn a_transaction_accepts_only_a_rollback_after_a_refusal() {
    let Some(mut scene) = Scene::set().await else { return };
    let mut transaction = scene.client.begin().await.unwrap();
    insert(&mut transaction, 1).await.unwrap();
    scene.proxy.fail_nth(1, Fault::Serialization);
    assert_eq!(sqlstate(insert(&mut transaction, 2).await), "40001");
    assert_eq!(sqlstate(insert(&mut transaction, 3).await), IN_FAILED_TRANSACTION);
    transaction.rollback().await.unwrap();
    insert(&mut scene.client, 4).await.unwrap();
    assert_eq!(scene.notes().await, 1);
}

#[tokio::test]
async fn a_refused_commit_rolls_back_and_ends_the_transaction() {
    let Some(mut scene) = Scene::set().await else { return };
    let mut transaction = scene.client.begin().await.unwrap();
    insert(&mut transaction, 1).await.unwrap();
    scene.proxy.fail_nth(1, Fault::Serialization);
    assert_eq!(sqlstate(transaction.commit().await), "40001");
    assert_eq!(scene.notes().await, 0);
    insert(&mut scene.client, 2).await.unwrap();
    assert_eq!(scene.notes().await, 1, "the insert runs outside of any transaction");
}

#[tokio::test]
async fn a_rollback_is_never_refused() {
    let Some(mut scene) = Scene::set().await else { return };
    let transaction = scene.client.begin().await.unwrap();
    scene.proxy.fail_nth(1, Fault::Serialization);
    transaction.rollback().await.unwrap();
    assert!(scene.proxy.faults().is_empty());
    assert_eq!(
        sqlstate(insert(&mut scene.client, 1).await),
        "40001",
        "the statement after the rollback is refused"
    );
}

#[tokio::test]
async fn a_late_rollback_is_answered_before_the_refusal() {
    let Some(mut scene) = Scene::set().await else { return };
    insert(&mut scene.client, 1).await.unwrap();
    drop(scene.client.begin().await.unwrap());
    scene.proxy.fail_nth(2, Fault::Serialization);
    assert_eq!(sqlstate(insert(&mut scene.client, 2).await), "40001");
    insert(&mut scene.client, 3).await.unwrap();
    assert_eq!(scene.notes().await, 2);
}

#[tokio::test]
async fn every_statement_fails_exactly_once() {
    let Some(mut scene) = Scene::set().await else { return };
    scene.proxy.fail_each_once(Fault::Serialization);
    let mut tries = 0;
    loop {
        tries += 1;
        let Ok(mut transaction) = scene.client.begin().await else { continue };
        let written = insert(&mut transaction, 1).await;
        if written.is_ok() && transaction.commit().await.is_ok() {
            break;
        }
    }
    assert_eq!(scene.proxy.faults(), ["query BEGIN", &format!("execute {INSERT}"), "query COMMIT"]);
    assert_eq!((tries, scene.notes().await), (4, 1));
}

#[tokio::test]
async fn a_healed_proxy_refuses_nothing() {
    let Some(mut scene) = Scene::set().await else { return };
    scene.proxy.fail_nth(1, Fault::Serialization);
    scene.proxy.heal();
    insert(&mut scene.client, 1).await.unwrap();
    assert!(scene.proxy.faults().is_empty());
}
