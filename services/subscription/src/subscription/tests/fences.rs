//! A write after which a subscription counts under a relationship conflicts with the removal of the
//! relationship. An order that was voided is never placed, however late it arrives.

use csp_proto::internal::subscription::v1 as internal;
use csp_proto::internal::subscription::v1::subscription_facts_service_server::SubscriptionFactsService;
use csp_proto::subscription::v1 as pb;
use csp_service::order::Reseller;
use csp_service::{Call, Fault, Result};
use tonic::Request;

use crate::edge_guard;
use crate::edge_guard::EdgeKey;
use crate::edge_guard::tests::close;
use crate::fixtures::{FABRIKAM_SERVES, FABRIKAM_SERVES_ALONE, TAILSPIN, World, agent, line, order, world};
use crate::holding;
use crate::offer::catalogue::Catalogue;
use crate::offer::table as offers;
use crate::order::tests::{associate, buy};
use crate::subscription::amendment::Amendment;
use crate::subscription::read_name;
use crate::subscription::set_auto_renew::holdings;
use crate::{order, subscription};

const OPERATION: &str = "operations/o";

fn seller() -> Call {
    agent("contoso", "SubmitOrder")
}

/// The order that an operation places.
async fn order_of_operation(world: &World) -> Result<pb::SubmitOrderResponse> {
    let request = pb::SubmitOrderRequest {
        request_id: OPERATION.to_owned(),
        order_id: "o".to_owned(),
        ..order(vec![line("mail", 1)])
    };
    buy(world, request).await
}

/// Voids the operation's order. Returns whether the order was placed before.
async fn void(world: &World) -> bool {
    let request =
        internal::VoidOrderRequest { operation: OPERATION.to_owned(), customer: TAILSPIN.to_owned() };
    order::void(&world.service, &seller(), request).await.unwrap().placed
}

/// Whether the operation's order exists.
async fn is_placed(world: &World) -> bool {
    let request = pb::GetOrderRequest { name: "customers/tailspin/orders/o".to_owned() };
    order::get(&world.service, &agent("contoso", "GetOrder"), request).await.is_ok()
}

#[tokio::test]
async fn an_order_that_names_a_reseller_also_depends_on_the_resellers_own_relationship() {
    let world = world().await.with_offers().await;
    world.set(FABRIKAM_SERVES_ALONE);
    assert!(close(&world, FABRIKAM_SERVES_ALONE).await.closed);
    let late = buy(&world, order(vec![line("mail", 1)])).await;
    assert!(matches!(late, Err(Fault::LostRace { .. })), "{late:?}");
    world.cut(FABRIKAM_SERVES_ALONE);
    buy(&world, order(vec![line("mail", 1)])).await.unwrap();
}

#[tokio::test]
async fn an_association_depends_on_every_relationship_of_the_reseller() {
    for edge in [FABRIKAM_SERVES, FABRIKAM_SERVES_ALONE] {
        let mut world = world().await.with_offers().await;
        world.set(FABRIKAM_SERVES_ALONE);
        let name = crate::order::tests::sold_directly(&mut world).await;
        assert!(close(&world, edge).await.closed, "no subscription names the reseller yet");
        let request = associate(&name, Reseller::MpnId("5551".to_owned()));
        let late =
            subscription::associate_reseller(&world.service, &agent("contoso", "AssociateReseller"), request)
                .await;
        assert!(matches!(late, Err(Fault::LostRace { .. })), "{edge}: {late:?}");
    }
}

/// Closes the guard as an instance whose clock is ahead: by that clock the term is over.
async fn close_ahead(world: &World) {
    let mut tx = world.service.book().store.write();
    let closed = EdgeKey {
        edge: csp_service::wire::id_of(FABRIKAM_SERVES).to_owned(),
        seller: "partners/contoso".to_owned(),
        reseller: "partners/fabrikam".to_owned(),
        customer: "customers/tailspin".to_owned(),
    };
    assert!(edge_guard::table::close(&mut tx, &closed, world.service.book().micros()).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn nothing_is_sold_to_a_subscription_under_a_closed_relationship() {
    let world = world().await.with_offers().await;
    let name = buy(&world, order(vec![line("mail", 5)])).await.unwrap().subscriptions[0].name.clone();
    close_ahead(&world).await;
    let call = agent("contoso", "Any");
    let seats = |quantity| pb::ChangeQuantityRequest {
        name: name.clone(),
        quantity: Some(quantity),
        ..Default::default()
    };
    let late = subscription::change_quantity(&world.service, &call, seats(6)).await;
    assert!(matches!(late, Err(Fault::LostRace { .. })), "{late:?}");
    subscription::change_quantity(&world.service, &call, seats(4)).await.expect("fewer seats are no sale");
}

#[tokio::test]
async fn auto_renew_cannot_be_switched_on_under_a_closed_relationship() {
    let world = world().await.with_offers().await;
    let name = buy(&world, order(vec![line("mail", 1)])).await.unwrap().subscriptions[0].name.clone();
    let call = agent("contoso", "SetAutoRenew");
    let renew = |auto_renew| pb::SetAutoRenewRequest {
        name: name.clone(),
        auto_renew: Some(auto_renew),
        ..Default::default()
    };
    subscription::set_auto_renew(&world.service, &call, renew(false)).await.unwrap();
    close_ahead(&world).await;
    let late = subscription::set_auto_renew(&world.service, &call, renew(true)).await;
    assert!(matches!(late, Err(Fault::LostRace { .. })), "{late:?}");
}

/// An instance whose clock is ahead sells seats, because by its clock the subscription has expired. The
/// subscription must not be renewed on top of that sale.
#[tokio::test]
async fn switching_auto_renew_on_loses_the_race_against_another_purchase() {
    let world = world().await.with_offers().await;
    let name = buy(&world, order(vec![line("trial", 20)])).await.unwrap().subscriptions[0].name.clone();
    let call = agent("contoso", "SetAutoRenew");
    let renew = |auto_renew| pb::SetAutoRenewRequest {
        name: name.clone(),
        auto_renew: Some(auto_renew),
        ..Default::default()
    };
    subscription::set_auto_renew(&world.service, &call, renew(false)).await.unwrap();
    let mut amendment = Amendment::of(&world.service, &call, &read_name(&name).unwrap(), "").await.unwrap();
    amendment.holdings = holdings(&world.service, &amendment).await.unwrap();
    buy(&world, order(vec![line("trial", 5)])).await.unwrap();
    let mut tx = world.service.book().store.write();
    holding::take(&mut tx, "customers/tailspin", &amendment.holdings);
    let taken = tx.commit().await;
    assert!(matches!(taken, Err(csp_store::Error::LostRace)), "{taken:?}");
    subscription::set_auto_renew(&world.service, &call, renew(true)).await.unwrap();
    let mut reader = world.service.book().store.read_once().await.unwrap();
    let counted = offers::counted(&mut reader, "customers/tailspin", &["trial"]).await.unwrap();
    assert_eq!(counted[0].counter_revision, 3, "two purchases and the switch of auto-renew");
}

/// Decides a sale of the add-on, runs `operation` on the add-on's base subscription, then writes the sale.
/// Returns whether the write succeeds.
async fn is_sold_after(operation: impl AsyncFnOnce(&World, String)) -> bool {
    let world = world().await.with_offers().await;
    let base = buy(&world, order(vec![line("mail", 1)])).await.unwrap().subscriptions.remove(0).name;
    let (customer, now) = ("customers/tailspin", world.service.book().now());
    let sold = ["offers/archive"].into_iter();
    let decided = Catalogue::read(&world.service, customer, "", sold, now).await.unwrap().holdings();
    operation(&world, base).await;
    let mut tx = world.service.book().store.write();
    holding::take(&mut tx, customer, &decided);
    match tx.commit().await {
        Ok(()) => true,
        Err(csp_store::Error::LostRace) => false,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_add_on_is_not_sold_when_its_base_ends_at_the_same_time() {
    let bystander = async |world: &World, _| {
        buy(world, order(vec![line("trial", 1), line("archive", 1)])).await.unwrap();
    };
    assert!(is_sold_after(bystander).await, "another sale that depends on the base does not conflict");
    let cancelled = async |world: &World, name| {
        let request = pb::CancelSubscriptionRequest { name, ..Default::default() };
        subscription::cancel(&world.service, &agent("contoso", "CancelSubscription"), request).await.unwrap();
    };
    assert!(!is_sold_after(cancelled).await);
    let suspended = async |world: &World, name| {
        let request = pb::SuspendSubscriptionRequest { name, ..Default::default() };
        subscription::suspend(&world.service, &agent("contoso", "SuspendSubscription"), request)
            .await
            .unwrap();
    };
    assert!(!is_sold_after(suspended).await);
}

#[tokio::test]
async fn a_voided_order_is_not_placed_later() {
    let world = world().await.with_offers().await;
    for _ in 0..2 {
        assert!(!void(&world).await, "a repeat gets the same answer");
    }
    let late = order_of_operation(&world).await;
    assert!(matches!(late, Err(Fault::RequestIdReused { .. })), "{late:?}");
    assert!(!is_placed(&world).await);
}

#[tokio::test]
async fn a_placed_order_cannot_be_voided() {
    let world = world().await.with_offers().await;
    order_of_operation(&world).await.unwrap();
    assert!(void(&world).await);
    // The order's stored answer is pruned after a day; the order itself stays.
    world.pass(48);
    assert!(world.service.book().prune().await.is_ok());
    assert!(void(&world).await);
}

#[tokio::test]
async fn an_operation_id_that_the_caller_used_for_another_order_does_not_place_an_order() {
    let world = world().await.with_offers().await;
    let other = pb::SubmitOrderRequest {
        request_id: OPERATION.to_owned(),
        order_id: "other".to_owned(),
        ..order(vec![line("mail", 1)])
    };
    buy(&world, other).await.unwrap();
    assert!(!void(&world).await);
    assert!(order_of_operation(&world).await.is_err());
}

/// Whichever commits first, both calls agree on whether the order is placed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_and_its_voiding_agree_on_the_outcome() {
    for round in 0..20 {
        let world = world().await.with_offers().await;
        let (_, placed) = tokio::join!(order_of_operation(&world), void(&world));
        assert_eq!(is_placed(&world).await, placed, "round {round}");
    }
}

#[tokio::test]
async fn a_malformed_operation_name_is_rejected() {
    let world = world().await;
    let mut request = Request::new(internal::VoidOrderRequest::default());
    request.extensions_mut().insert(seller());
    let status = world.service.void_order(request).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
}
