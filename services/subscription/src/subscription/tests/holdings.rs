//! A decision names the subscriptions that count towards an offer's limit.

use csp_policy::Revision;
use csp_proto::subscription::v1 as pb;
use csp_service::Fault;

use super::seats::{bought, change};
use crate::fixtures::{TAILSPIN, World, agent, line, order, world};
use crate::order::tests::buy;
use crate::subscription;

/// What the refusal of an order beyond the limit names of the customer's holding.
async fn named(world: &World) -> Vec<(String, i64)> {
    let refused = buy(world, order(vec![line("trial", 25)])).await.unwrap_err();
    let Fault::Refused(refused) = refused else { panic!("{refused:?}") };
    let read = refused.decision.revisions.into_iter();
    let read = read.map(|Revision { resource, revision, .. }| (resource, revision));
    let is_held = |name: &str| name.contains("/subscriptions/") || name.contains("/holdings/");
    read.filter(|(name, _)| is_held(name)).collect()
}

#[tokio::test]
async fn every_change_of_a_holding_is_seen_in_the_decision_although_it_names_ten_subscriptions() {
    let world = world().await.with_offers().await;
    let mut names = Vec::new();
    for _ in 0..10 {
        names.push(bought(&world, "trial", 1).await);
        world.pass(1);
    }
    let [oldest, second, ..] = names.as_slice() else { panic!() };
    let ten = named(&world).await;
    assert_eq!(ten.iter().map(|(name, _)| name).collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());

    bought(&world, "trial", 1).await;
    let holding = |read: &[(String, i64)]| {
        read.iter()
            .find(|(name, _)| *name == format!("{TAILSPIN}/holdings/trial"))
            .map(|(_, revision)| *revision)
    };
    let eleven = named(&world).await;
    assert_eq!((eleven.len(), holding(&eleven).is_some()), (11, true));
    assert!(!eleven.iter().any(|(name, _)| name == oldest), "{eleven:?}");

    world.pass(1);
    change(&world, oldest, 2).await.unwrap();
    assert!(named(&world).await.contains(&(oldest.clone(), 2)), "it changed last");

    let call = agent("contoso", "CancelSubscription");
    let before = named(&world).await;
    assert!(!before.iter().any(|(name, _)| name == second), "{before:?}");
    let cancel = pb::CancelSubscriptionRequest { name: second.clone(), ..Default::default() };
    subscription::cancel(&world.service, &call, cancel).await.unwrap();
    let after = named(&world).await;
    assert_ne!(after, before, "one of the holding counts no more");
}
