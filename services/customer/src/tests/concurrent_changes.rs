//! Operations during which something else changes: the order turns out to be placed, or something else
//! depends on the customer.

use super::*;
use crate::creation::drive;

async fn ended_operation(scene: &Scene) -> pb::Operation {
    let mut reader = scene.service.book.store.read_once().await.unwrap();
    let row = crate::customer::table::by_id(&mut reader, "tailspin").await.unwrap().unwrap();
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
    assert_eq!(done.state(), OperationState::Done);
    assert_eq!(done.order, running.name.replace("operations/", "orders/"));
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
    assert_eq!(ended.state(), OperationState::Failed);
    assert_eq!(ended.failure, "not like this; the customer stays, because something rests on it already");
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
    assert_eq!(ended_operation(&scene).await.state(), OperationState::Failed);
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
    assert_eq!(ended_operation(&scene).await.state(), OperationState::Failed);
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
    let ended = scene.cancel(&running.name).await.unwrap().operation.unwrap();
    assert_eq!(ended.state(), OperationState::Cancelled);
    scene.nothing_is_left();
}

#[tokio::test]
async fn another_customers_order_with_the_operations_id_does_not_count_as_placed() {
    let scene = Scene::set().await;
    scene.peers.behave("SubmitOrder", Mood::Away);
    let running = scene.add(addition("r")).await.unwrap().operation.unwrap();
    scene.order_is_placed(&running.name);
    scene.peers.state().orders_are_of = Some("customers/other".to_owned());
    let ended = scene.cancel(&running.name).await.unwrap().operation.unwrap();
    assert_eq!((ended.state(), ended.order.as_str()), (OperationState::Failed, ""));
}
