//! Operations during which something else changes: the order turns out to be placed, or something else
//! depends on the customer.

use super::*;
use crate::creation::drive;

async fn ended_operation(scene: &Scene) -> longrunning::Operation {
    let mut reader = scene.service.book.store.read_once().await.unwrap();
    let row = crate::customer::table::by_id(&mut reader, peers::PROVIDER, "tailspin").await.unwrap().unwrap();
    drop(reader);
    scene.operation(&format!("operations/{}", row.operation.unwrap())).await
}

#[tokio::test]
async fn an_order_whose_stored_answer_is_gone_is_not_placed_twice() {
    let scene = Scene::set().await;
    scene.peers.behave("SubmitOrder", Mood::Away);
    let running = scene.add(addition("r")).await.unwrap().operation.unwrap();
    scene.order_is_placed(&running.name);
    scene.peers.state().answers_are_forgotten = true;
    scene.peers.behave("SubmitOrder", Mood::Willing);
    assert_eq!(scene.resume().await, 1);
    let done = scene.operation(&running.name).await;
    assert_eq!(state(&done), CustomerCreationState::Done);
    let order = made(&done).order.unwrap().name;
    assert_eq!(order, running.name.replace("operations/", "customers/tailspin/orders/"));
    assert_eq!(scene.peers.state().orders.len(), 1);
}

#[tokio::test]
async fn a_customer_with_another_order_is_kept_when_its_first_order_is_refused() {
    let scene = Scene::set().await;
    scene.peers.behave("SubmitOrder", Mood::Refusing);
    scene.peers.state().orders.push("another".to_owned());
    let Err(Fault::PeerAnswered(refused)) = scene.add(addition("r")).await else { panic!("not refused") };
    assert_eq!(refused.message(), "not like this");
    let ended = ended_operation(&scene).await;
    assert_eq!(state(&ended), CustomerCreationState::Failed);
    assert_eq!((failure(&ended), metadata(&ended).customer_kept), ("not like this", true));
    assert!(scene.shows().await);
    assert_eq!(scene.peers.state().served_customers(), ["customers/tailspin"]);
    assert_eq!(scene.peers.state().claims.len(), 1);
    assert_eq!(scene.resume().await, 0, "no operation is left to resume");
}

#[tokio::test]
async fn a_customer_with_another_relationship_is_kept_and_can_be_sold_to() {
    let scene = Scene::set().await;
    scene.peers.behave("SubmitOrder", Mood::Refusing);
    scene.peers.behave("DissolveCustomer", Mood::Refusing);
    scene.add(addition("r")).await.unwrap_err();
    assert_eq!(state(&ended_operation(&scene).await), CustomerCreationState::Failed);
    assert!(scene.shows().await);
    assert!(!scene.peers.guard().is_closed());
}

#[tokio::test]
async fn a_relationship_that_ended_meanwhile_stays_closed_for_orders() {
    let scene = Scene::set().await;
    scene.peers.behave("SubmitOrder", Mood::Refusing);
    scene.peers.behave("DissolveCustomer", Mood::Refusing);
    scene.peers.state().relationships_are_ended = true;
    scene.add(addition("r")).await.unwrap_err();
    assert_eq!(state(&ended_operation(&scene).await), CustomerCreationState::Failed);
    assert!(scene.peers.guard().is_closed());
}

#[tokio::test]
async fn an_operation_that_loses_every_race_can_be_cancelled_later() {
    let scene = Scene::set().await;
    scene.peers.behave("SubmitOrder", Mood::Away);
    let running = scene.add(addition("r")).await.unwrap().operation.unwrap();
    scene.peers.guard().let_later_removals_come_first(true);
    // Called without the command's retries, which would only take time here.
    let id = running.name.trim_start_matches("operations/");
    let lost = drive::cancel(&scene.service, &provider("CancelOperation"), id).await.unwrap_err();
    assert!(matches!(lost, Fault::LostRace { .. }), "{lost:?}");
    scene.peers.guard().let_later_removals_come_first(false);
    scene.cancel(&running.name).await.unwrap();
    assert_eq!(state(&scene.operation(&running.name).await), CustomerCreationState::Cancelled);
    scene.nothing_is_left();
}
