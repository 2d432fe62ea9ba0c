//! Seats are added and removed within limits; subscriptions are suspended, reactivated, cancelled, and
//! expire.

use csp_policy::boundaries::SetAutoRenew;
use csp_proto::subscription::v1::{self as pb, SubscriptionState};
use csp_service::{Fault, Result, Storable, wire};

use crate::fixtures::{World, agent, line, order, world};
use crate::order::tests::{buy, reasons};
use crate::subscription;
use crate::subscription::amendment::Amendment;
use crate::subscription::read_name;

pub(crate) async fn change(world: &World, name: &str, quantity: i32) -> Result<pb::Subscription> {
    let request =
        pb::ChangeQuantityRequest { name: name.to_owned(), quantity: Some(quantity), ..Default::default() };
    let answer =
        subscription::change_quantity(&world.service, &agent("contoso", "ChangeQuantity"), request).await?;
    Ok(answer.subscription.unwrap())
}

pub(crate) async fn bought(world: &World, offer: &str, quantity: i32) -> String {
    buy(world, order(vec![line(offer, quantity)])).await.unwrap().subscriptions[0].name.clone()
}

async fn bought_monthly(world: &World) -> String {
    let monthly = pb::OrderLine { term: pb::Term::P1m.into(), ..line("mail", 10) };
    buy(world, order(vec![monthly])).await.unwrap().subscriptions[0].name.clone()
}

fn term_end(subscription: &pb::Subscription) -> String {
    let seconds = subscription.term_end_time.as_ref().unwrap().seconds;
    jiff::Timestamp::from_second(seconds).unwrap().to_string()
}

#[tokio::test]
async fn seats_are_removed_only_within_the_window_of_their_addition() {
    let world = world().await.with_offers().await;
    let name = bought(&world, "mail", 10).await;
    world.pass(100);
    assert_eq!(change(&world, &name, 14).await.unwrap().quantity, 14);
    world.pass(50);
    assert_eq!(change(&world, &name, 17).await.unwrap().quantity, 17);
    world.pass(50);
    // Hour 200: the window of the purchase is closed; 4 seats of hour 100 and 3 of hour 150 can be removed.
    let refused = change(&world, &name, 9).await.unwrap_err();
    assert_eq!(reasons(&refused), ["SEAT_REDUCTION_WINDOW_CLOSED"]);
    assert_eq!(change(&world, &name, 12).await.unwrap().quantity, 12);
    assert_eq!(reasons(&change(&world, &name, 9).await.unwrap_err()), ["SEAT_REDUCTION_WINDOW_CLOSED"]);
    assert_eq!(change(&world, &name, 10).await.unwrap().revision, 5);
}

#[tokio::test]
async fn a_customer_holds_no_more_than_the_offer_allows_even_under_concurrent_orders() {
    let world = world().await.with_offers().await;
    let orders = (0..6).map(|_| buy(&world, order(vec![line("trial", 10)])));
    let outcomes = join_all(orders.collect()).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 2);
    let name = outcomes.into_iter().flatten().next().unwrap().subscriptions[0].name.clone();
    assert_eq!(reasons(&change(&world, &name, 16).await.unwrap_err()), ["OFFER_LIMIT_REACHED"]);
    assert_eq!(change(&world, &name, 15).await.unwrap().quantity, 15);
}

#[tokio::test]
async fn an_add_on_needs_an_active_base() {
    let world = world().await.with_offers().await;
    let refused = buy(&world, order(vec![line("archive", 1)])).await.unwrap_err();
    assert_eq!(reasons(&refused), ["PREREQUISITE_MISSING"]);
    bought(&world, "mail", 1).await;
    buy(&world, order(vec![line("archive", 1)])).await.unwrap();
}

#[tokio::test]
async fn a_cancellation_is_refunded_by_the_day_and_only_within_its_window() {
    let world = world().await.with_offers().await;
    let (one, other) = (bought(&world, "mail", 10).await, bought(&world, "mail", 1).await);
    let call = agent("contoso", "CancelSubscription");
    let cancel = |name: &str| pb::CancelSubscriptionRequest { name: name.to_owned(), ..Default::default() };
    world.pass(24 * 3);
    let cancelled = subscription::cancel(&world.service, &call, cancel(&one)).await.unwrap();
    // 31 EUR a seat for the 31 days from 2 October: 28 days are refunded.
    let quote = cancelled.quote.unwrap();
    assert_eq!(quote.refund, Some(wire::money("EUR", 10 * 28_000_000)));
    assert_eq!(quote.monthly_totals, [wire::money("EUR", 0)]);
    assert_eq!(quote.lines[0].term_end_time, Some(wire::timestamp(world.service.book.now())));
    assert_eq!(cancelled.subscription.unwrap().state(), SubscriptionState::Cancelled);
    world.pass(24 * 4);
    let previewed = pb::CancelSubscriptionRequest { validate_only: true, ..cancel(&other) };
    subscription::cancel(&world.service, &call, previewed).await.unwrap();
    world.pass(1);
    let refused = subscription::cancel(&world.service, &call, cancel(&other)).await.unwrap_err();
    assert_eq!(reasons(&refused), ["CANCELLATION_WINDOW_CLOSED"]);
}

#[tokio::test]
async fn suspending_switches_auto_renew_off_so_the_subscription_expires() {
    let world = world().await.with_offers().await;
    let name = bought(&world, "mail", 10).await;
    let call = agent("fabrikam", "SuspendSubscription");
    let suspend = pb::SuspendSubscriptionRequest { name: name.clone(), ..Default::default() };
    let paused =
        subscription::suspend(&world.service, &call, suspend.clone()).await.unwrap().subscription.unwrap();
    assert_eq!((paused.state(), paused.auto_renew), (SubscriptionState::Suspended, false));
    let again = subscription::suspend(&world.service, &call, suspend).await.unwrap();
    assert_eq!(again.subscription, Some(paused), "the result is already there");
    let reactivate = pb::ReactivateSubscriptionRequest { name: name.clone(), ..Default::default() };
    let active = subscription::reactivate(&world.service, &call, reactivate.clone()).await.unwrap();
    assert_eq!(active.subscription.as_ref().unwrap().state(), SubscriptionState::Active);
    let again = subscription::reactivate(&world.service, &call, reactivate).await.unwrap();
    assert_eq!(again.subscription, active.subscription);
    world.pass(24 * 366);
    for (state, count) in [(SubscriptionState::Active, 0), (SubscriptionState::Expired, 1)] {
        let filter = pb::SubscriptionFilter { states: vec![state.into()], ..Default::default() };
        let parent = "customers/-".to_owned();
        let request = pb::ListSubscriptionsRequest { parent, filter: Some(filter), ..Default::default() };
        let listed = subscription::list(&world.service, &call, request).await.unwrap();
        assert_eq!(listed.subscriptions.len(), count, "{state:?}");
    }
    let renew = pb::SetAutoRenewRequest { name, auto_renew: Some(true), ..Default::default() };
    let refused = subscription::set_auto_renew(&world.service, &call, renew).await.unwrap_err();
    assert_eq!(reasons(&refused), ["SUBSCRIPTION_NOT_ACTIVE"]);
}

#[tokio::test]
async fn suspending_after_a_renewal_keeps_the_end_of_the_running_term() {
    let world = world().await.with_offers().await;
    let name = bought_monthly(&world).await;
    let call = agent("contoso", "Any");
    // Bought on 2 October, renewed on 2 November; 40 days later it is 11 November.
    world.pass(24 * 40);
    let get = pb::GetSubscriptionRequest { name: name.clone() };
    let running = subscription::get(&world.service, &call, get).await.unwrap().subscription.unwrap();
    assert_eq!((running.state(), running.auto_renew), (SubscriptionState::Active, true));
    assert_eq!(term_end(&running), "2023-12-02T12:00:00Z");
    let suspend = pb::SuspendSubscriptionRequest { name: name.clone(), ..Default::default() };
    let answer = subscription::suspend(&world.service, &call, suspend).await.unwrap();
    let paused = answer.subscription.unwrap();
    assert_eq!((paused.state(), paused.auto_renew), (SubscriptionState::Suspended, false));
    assert_eq!(term_end(&paused), "2023-12-02T12:00:00Z");
    assert_eq!(run(&world, "reactivate", &name).await, "ACTIVE");
    world.pass(24 * 21);
    assert_eq!(run(&world, "reactivate", &name).await, "SUBSCRIPTION_NOT_ACTIVE");
}

#[tokio::test]
async fn switching_auto_renew_off_keeps_the_running_term() {
    let world = world().await.with_offers().await;
    let name = bought_monthly(&world).await;
    world.pass(24 * 40);
    let off = pb::SetAutoRenewRequest { name: name.clone(), auto_renew: Some(false), ..Default::default() };
    let answer =
        subscription::set_auto_renew(&world.service, &agent("contoso", "SetAutoRenew"), off).await.unwrap();
    let ending = answer.subscription.unwrap();
    assert_eq!((ending.state(), ending.auto_renew), (SubscriptionState::Active, false));
    assert_eq!(term_end(&ending), "2023-12-02T12:00:00Z");
    assert_eq!(run(&world, "set_auto_renew", &name).await, "ACTIVE");
}

/// The decision is made just before the end of the term, and written just after it.
#[tokio::test]
async fn a_decision_loses_its_race_when_its_term_ends_before_the_write() {
    let world = world().await.with_offers().await;
    let name = bought(&world, "mail", 10).await;
    run(&world, "suspend", &name).await;
    let call = agent("contoso", "SetAutoRenew");
    let request =
        pb::SetAutoRenewRequest { name: name.clone(), auto_renew: Some(true), ..Default::default() };
    world.pass(24 * 366 - 1);
    assert_eq!(run(&world, "reactivate", &name).await, "ACTIVE");
    let mut amendment = Amendment::of(&world.service, &call, &read_name(&name).unwrap(), "").await.unwrap();
    let (act, seller) = amendment.seller(&world.service, &call).await.unwrap();
    let facts = SetAutoRenew {
        act,
        caller: call.caller.clone(),
        seller,
        footing: amendment.caller_role.footing(),
        state: amendment.before.policy_state(amendment.now),
        is_set: false,
    };
    let one_try = world.service.book.run(&call, &request).unwrap();
    let permit = one_try.decide(facts).unwrap();
    amendment.after.set_auto_renew(true, amendment.now);
    world.pass(1);
    let respond = |subscription, decision| pb::SetAutoRenewResponse {
        subscription: Some(subscription),
        decision: Some(decision),
    };
    let late = amendment.conclude(&world.service, &one_try, permit, respond).await;
    assert!(matches!(late, Err(Fault::LostRace { .. })));
    assert_eq!(run(&world, "set_auto_renew", &name).await, "SUBSCRIPTION_NOT_ACTIVE");
}

#[tokio::test]
async fn a_stale_etag_changes_nothing() {
    let world = world().await.with_offers().await;
    let name = bought(&world, "mail", 10).await;
    let call = agent("contoso", "SetAutoRenew");
    let off =
        pb::SetAutoRenewRequest { name, etag: "1".to_owned(), auto_renew: Some(false), ..Default::default() };
    subscription::set_auto_renew(&world.service, &call, off.clone()).await.unwrap();
    assert!(matches!(
        subscription::set_auto_renew(&world.service, &call, off).await,
        Err(Fault::EtagMismatch { .. })
    ));
}

/// The outcome of each command in each state: the state after the command, or the first reason of its
/// refusal.
#[tokio::test]
async fn commands_succeed_only_in_the_states_they_start_from_or_lead_to() {
    const STATES: [&str; 4] = ["ACTIVE", "SUSPENDED", "CANCELLED", "EXPIRED"];
    let commands = ["suspend", "reactivate", "set_auto_renew", "change_quantity", "cancel"];
    let not_active = "SUBSCRIPTION_NOT_ACTIVE";
    let expected = [
        ["SUSPENDED", "SUSPENDED", not_active, not_active],
        ["ACTIVE", "ACTIVE", not_active, not_active],
        ["ACTIVE", not_active, not_active, not_active],
        ["ACTIVE", not_active, not_active, not_active],
        ["CANCELLED", not_active, "CANCELLED", not_active],
    ];
    for (command, expected) in commands.into_iter().zip(expected) {
        for (state, expected) in STATES.into_iter().zip(expected) {
            let world = world().await.with_offers().await;
            let name = bought(&world, "mail", 10).await;
            match state {
                "SUSPENDED" => _ = run(&world, "suspend", &name).await,
                "CANCELLED" => _ = run(&world, "cancel", &name).await,
                "EXPIRED" => {
                    _ = run(&world, "suspend", &name).await;
                    world.pass(24 * 366);
                }
                _ => {}
            }
            assert_eq!(run(&world, command, &name).await, expected, "{command} when {state}");
        }
    }
}

/// Runs the command as Contoso. Returns the state after it, or the first reason of its refusal.
async fn run(world: &World, command: &str, name: &str) -> String {
    let (service, call, name) = (&world.service, agent("contoso", "Any"), name.to_owned());
    let answer = match command {
        "suspend" => {
            let request = pb::SuspendSubscriptionRequest { name, ..Default::default() };
            subscription::suspend(service, &call, request).await.map(|answer| answer.subscription)
        }
        "reactivate" => {
            let request = pb::ReactivateSubscriptionRequest { name, ..Default::default() };
            subscription::reactivate(service, &call, request).await.map(|answer| answer.subscription)
        }
        "set_auto_renew" => {
            let request = pb::SetAutoRenewRequest { name, auto_renew: Some(true), ..Default::default() };
            subscription::set_auto_renew(service, &call, request).await.map(|answer| answer.subscription)
        }
        "change_quantity" => {
            let request = pb::ChangeQuantityRequest { name, quantity: Some(11), ..Default::default() };
            subscription::change_quantity(service, &call, request).await.map(|answer| answer.subscription)
        }
        _ => {
            let request = pb::CancelSubscriptionRequest { name, ..Default::default() };
            subscription::cancel(service, &call, request).await.map(|answer| answer.subscription)
        }
    };
    match answer {
        Ok(subscription) => subscription.unwrap().state().text(),
        Err(fault) => reasons(&fault)[0].to_owned(),
    }
}

/// Runs the futures concurrently in one task. Outputs keep the order of the futures.
pub(crate) async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.into_iter().map(|future| Some(Box::pin(future))).collect();
    let mut done: Vec<Option<F::Output>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, output) in waiting.iter_mut().zip(&mut done) {
            if let Some(running) = future
                && let std::task::Poll::Ready(value) = running.as_mut().poll(context)
            {
                *output = Some(value);
                *future = None;
            }
        }
        if waiting.iter().any(Option::is_some) {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(done.drain(..).flatten().collect())
    })
    .await
}

#[tokio::test]
async fn a_value_that_is_absent_is_not_false_or_zero() {
    let world = world().await.with_offers().await;
    let name = bought(&world, "mail", 10).await;
    let request = pb::SetAutoRenewRequest { name: name.clone(), ..Default::default() };
    let call = agent("contoso", "SetAutoRenew");
    let renewal = subscription::set_auto_renew(&world.service, &call, request).await.map(drop);
    let request = pb::ChangeQuantityRequest { name, ..Default::default() };
    let change = subscription::change_quantity(&world.service, &call, request).await.map(drop);
    for (answer, field) in [(renewal, "auto_renew"), (change, "quantity")] {
        let Err(Fault::Invalid(violations)) = answer else { panic!("accepted") };
        assert_eq!(violations[0].field, field);
    }
}

#[tokio::test]
async fn a_change_of_seats_is_quoted_at_the_price_of_the_purchase() {
    let world = world().await.with_offers().await;
    let name = bought(&world, "mail", 10).await;
    let call = agent("contoso", "ChangeQuantity");
    let request = pb::ChangeQuantityRequest { name, quantity: Some(12), ..Default::default() };
    let answer = subscription::change_quantity(&world.service, &call, request).await.unwrap();
    let quote = answer.quote.unwrap();
    assert_eq!(quote.monthly_totals, [wire::money("EUR", 12 * 31_000_000)]);
    assert_eq!(quote.lines[0].term_end_time, answer.subscription.unwrap().term_end_time);
}
