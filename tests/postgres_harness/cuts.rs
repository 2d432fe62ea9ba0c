//! Faults that break or silence the connection.

use csp_tests::proxy::Fault;
use sqlx::Connection;

use crate::postgres_harness::scene::{Scene, insert, is_cut, locks};

#[tokio::test]
async fn a_transaction_cut_before_its_commit_is_not_committed() {
    let Some(mut scene) = Scene::set().await else { return };
    let mut transaction = scene.client.begin().await.unwrap();
    insert(&mut transaction, 1).await.unwrap();
    scene.proxy.fail_nth(1, Fault::CutBefore);
    let outcome = transaction.commit().await;
    assert!(is_cut(&outcome), "{outcome:?}");
    assert_eq!(scene.notes().await, 0);
}

#[tokio::test]
async fn a_transaction_cut_after_its_commit_is_committed() {
    let Some(mut scene) = Scene::set().await else { return };
    let mut transaction = scene.client.begin().await.unwrap();
    insert(&mut transaction, 1).await.unwrap();
    scene.proxy.fail_nth(1, Fault::CutAfter);
    let outcome = transaction.commit().await;
    assert!(is_cut(&outcome), "{outcome:?}");
    assert_eq!(scene.notes().await, 1);
}

#[tokio::test]
async fn a_transaction_cut_after_a_statement_has_no_effect() {
    let Some(mut scene) = Scene::set().await else { return };
    let mut transaction = scene.client.begin().await.unwrap();
    insert(&mut transaction, 1).await.unwrap();
    scene.proxy.fail_nth(1, Fault::CutAfter);
    assert!(is_cut(&insert(&mut transaction, 2).await));
    drop(transaction);
    assert_eq!(scene.notes().await, 0);
}

#[tokio::test]
async fn a_cut_transaction_holds_no_lock_when_the_client_sees_the_cut() {
    let Some(mut scene) = Scene::set().await else { return };
    // Connected beforehand, so that it can look for locks at once.
    let mut observer = scene.database.connect().await;
    for fault in [Fault::CutBefore, Fault::CutAfter] {
        let mut client = scene.connect().await.unwrap();
        let mut transaction = client.begin().await.unwrap();
        insert(&mut transaction, 1).await.unwrap();
        assert!(locks(&mut observer).await > 0);
        scene.proxy.fail_nth(1, fault);
        assert!(is_cut(&insert(&mut transaction, 2).await));
        assert_eq!(locks(&mut observer).await, 0, "{fault:?}");
    }
    insert(&mut scene.client, 1).await.unwrap();
}

#[tokio::test]
async fn a_cut_ends_one_connection_and_a_new_one_is_served() {
    let Some(mut scene) = Scene::set().await else { return };
    let mut another = scene.connect().await.unwrap();
    scene.proxy.fail_nth(1, Fault::CutBefore);
    assert!(is_cut(&insert(&mut scene.client, 1).await));
    assert!(is_cut(&insert(&mut scene.client, 1).await), "a cut connection stays cut");
    insert(&mut another, 2).await.unwrap();
    insert(&mut scene.connect().await.unwrap(), 3).await.unwrap();
    assert_eq!(scene.notes().await, 2);
}

#[tokio::test]
async fn a_statement_in_a_black_hole_is_answered_after_the_release() {
    let Some(mut scene) = Scene::set().await else { return };
    let mut another = scene.connect().await.unwrap();
    insert(&mut scene.client, 1).await.unwrap();
    scene.proxy.fail_nth(1, Fault::BlackHole);
    {
        let held = insert(&mut scene.client, 2);
        tokio::pin!(held);
        tokio::select! {
            outcome = &mut held => panic!("a black hole answers: {outcome:?}"),
            () = scene.proxy.wait_for_faults(1) => {}
        }
        // Other connections are served meanwhile.
        insert(&mut another, 3).await.unwrap();
        tokio::select! {
            biased;
            outcome = &mut held => panic!("a black hole answers: {outcome:?}"),
            () = std::future::ready(()) => {}
        }
        scene.proxy.release();
        held.await.unwrap();
    }
    assert_eq!(scene.notes().await, 3);
}

#[tokio::test]
async fn a_statement_of_a_cancelled_client_reaches_the_server_after_the_release() {
    let Some(mut scene) = Scene::set().await else { return };
    insert(&mut scene.client, 1).await.unwrap();
    scene.proxy.fail_nth(1, Fault::BlackHole);
    tokio::select! {
        outcome = insert(&mut scene.client, 2) => panic!("a black hole answers: {outcome:?}"),
        () = scene.proxy.wait_for_faults(1) => {}
    }
    assert_eq!(scene.notes().await, 1);
    scene.proxy.release();
    scene.client.ping().await.unwrap();
    assert_eq!(scene.notes().await, 2);
}
