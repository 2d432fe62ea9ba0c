//! Faults that the server answers with an error.

use csp_tests::proxy::Fault;
use sqlx::Connection;

use crate::postgres_harness::scene::{INSERT, Scene, insert, sqlstate};

/// What a server says to every statement of a transaction that has failed.
const IN_FAILED_TRANSACTION: &str = "25P02";

#[tokio::test]
async fn a_refusal_has_the_code_of_its_fault() {
    let Some(mut scene) = Scene::set().await else { return };
    for (fault, code) in [(Fault::Serialization, "40001"), (Fault::Deadlock, "40P01")] {
        scene.proxy.fail_nth(1, fault);
        assert_eq!(sqlstate(insert(&mut scene.client, 1).await), code);
    }
    assert_eq!(scene.notes().await, 0);
    insert(&mut scene.client, 1).await.unwrap();
    assert_eq!(scene.notes().await, 1, "the same connection goes on");
}

#[tokio::test]
async fn the_nth_round_trip_fails_and_no_other() {
    let Some(mut scene) = Scene::set().await else { return };
    scene.proxy.fail_nth(4, Fault::Serialization);
    // The first takes two round trips: it is prepared.
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
async fn a_refusal_inside_a_transaction_leaves_nothing_to_do_but_a_rollback() {
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
async fn a_refused_commit_has_rolled_back_and_ended_the_transaction() {
    let Some(mut scene) = Scene::set().await else { return };
    let mut transaction = scene.client.begin().await.unwrap();
    insert(&mut transaction, 1).await.unwrap();
    scene.proxy.fail_nth(1, Fault::Serialization);
    assert_eq!(sqlstate(transaction.commit().await), "40001");
    assert_eq!(scene.notes().await, 0);
    insert(&mut scene.client, 2).await.unwrap();
    assert_eq!(scene.notes().await, 1, "outside of any transaction");
}

#[tokio::test]
async fn a_rollback_is_never_refused() {
    let Some(mut scene) = Scene::set().await else { return };
    let transaction = scene.client.begin().await.unwrap();
    scene.proxy.fail_nth(1, Fault::Serialization);
    transaction.rollback().await.unwrap();
    assert!(scene.proxy.faults().is_empty());
    assert_eq!(sqlstate(insert(&mut scene.client, 1).await), "40001", "but what follows it is");
}

#[tokio::test]
async fn a_rollback_that_was_sent_late_is_answered_before_the_refusal() {
    let Some(mut scene) = Scene::set().await else { return };
    insert(&mut scene.client, 1).await.unwrap();
    drop(scene.client.begin().await.unwrap());
    scene.proxy.fail_nth(2, Fault::Serialization);
    assert_eq!(sqlstate(insert(&mut scene.client, 2).await), "40001");
    insert(&mut scene.client, 3).await.unwrap();
    assert_eq!(scene.notes().await, 2);
}

#[tokio::test]
async fn every_statement_fails_once_and_then_no_more() {
    let Some(mut scene) = Scene::set().await else { return };
    scene.proxy.fail_each_once(Fault::Serialization);
    let mut attempts = 0;
    loop {
        attempts += 1;
        let Ok(mut transaction) = scene.client.begin().await else { continue };
        let written = insert(&mut transaction, 1).await;
        if written.is_ok() && transaction.commit().await.is_ok() {
            break;
        }
    }
    assert_eq!(scene.proxy.faults(), ["query BEGIN", &format!("execute {INSERT}"), "query COMMIT"]);
    assert_eq!((attempts, scene.notes().await), (4, 1));
}

#[tokio::test]
async fn a_healed_proxy_refuses_nothing() {
    let Some(mut scene) = Scene::set().await else { return };
    scene.proxy.fail_nth(1, Fault::Serialization);
    scene.proxy.heal();
    insert(&mut scene.client, 1).await.unwrap();
    assert!(scene.proxy.faults().is_empty());
}
