//! An order and the removal of the relationship that the order depends on never both succeed (rule CUS-09).

use csp_proto::internal::subscription::v1 as internal;
use csp_proto::internal::subscription::v1::subscription_facts_service_server::SubscriptionFactsService;
use csp_proto::subscription::v1 as pb;
use csp_service::Fault;
use tonic::Request;

use crate::fixtures::{
    CONTOSO_SERVES, FABRIKAM_SERVES, FABRIKAM_SERVES_ALONE, World, agent, line, order, world,
};
use crate::order::tests::buy;
use crate::subscription;
use crate::subscription::tests::records::{bring_in, record};

fn key(edge: &str) -> Option<internal::RelationshipKey> {
    let (partner, provider) = match edge {
        FABRIKAM_SERVES => ("partners/fabrikam", "partners/contoso"),
        FABRIKAM_SERVES_ALONE => ("partners/fabrikam", ""),
        _ => ("partners/contoso", ""),
    };
    Some(internal::RelationshipKey {
        relationship_id: csp_service::wire::id_of(edge).to_owned(),
        partner: partner.to_owned(),
        provider: provider.to_owned(),
        customer: "customers/tailspin".to_owned(),
    })
}

pub(crate) async fn close(world: &World, edge: &str) -> internal::CloseEdgeResponse {
    close_since(world, edge, world.service.book().micros()).await
}

/// Closes the edge for a removal that began at that instant.
async fn close_since(world: &World, edge: &str, begin_micros: i64) -> internal::CloseEdgeResponse {
    let request = Request::new(internal::CloseEdgeRequest { key: key(edge), begin_micros });
    world.service.close_edge(request).await.unwrap().into_inner()
}

/// The active subscriptions under the edge.
async fn count(world: &World, key: Option<internal::RelationshipKey>) -> internal::CountActiveResponse {
    let request = Request::new(internal::CountActiveRequest { key });
    world.service.count_active(request).await.unwrap().into_inner()
}

/// Abandons the removals that began at that instant or earlier.
async fn reopen(world: &World, edge: &str, until_micros: i64) {
    let request = Request::new(internal::ReopenEdgeRequest { key: key(edge), until_micros });
    world.service.reopen_edge(request).await.unwrap();
}

#[tokio::test]
async fn a_relationship_with_subscriptions_stays_open() {
    let world = world().await.with_offers().await;
    let bought = buy(&world, order(vec![line("mail", 10)])).await.unwrap();
    for edge in [CONTOSO_SERVES, FABRIKAM_SERVES] {
        assert_eq!(close(&world, edge).await, internal::CloseEdgeResponse { closed: false, count: 1 });
        let counted = count(&world, key(edge)).await;
        let (named, revision) = (counted.first[0].subscription.as_str(), counted.first[0].revision);
        assert_eq!((counted.count, named, revision), (1, bought.subscriptions[0].name.as_str(), 1));
    }
    buy(&world, order(vec![line("mail", 1)])).await.unwrap();
}

#[tokio::test]
async fn a_refusal_names_the_first_ten_of_the_subscriptions_that_remain() {
    let world = world().await.with_offers().await;
    for _ in 0..12 {
        buy(&world, order(vec![line("mail", 1)])).await.unwrap();
    }
    let counted = count(&world, key(CONTOSO_SERVES)).await;
    assert_eq!((counted.count, counted.first.len()), (12, 10));
}

#[tokio::test]
async fn a_suspended_subscription_does_not_hold_its_relationship_and_comes_back_only_while_it_is_open() {
    let world = world().await.with_offers().await;
    let name = buy(&world, order(vec![line("mail", 1)])).await.unwrap().subscriptions[0].name.clone();
    let suspend = pb::SuspendSubscriptionRequest { name: name.clone(), ..Default::default() };
    subscription::suspend(&world.service, &agent("contoso", "SuspendSubscription"), suspend).await.unwrap();
    assert!(close(&world, CONTOSO_SERVES).await.closed);
    let reactivate = pb::ReactivateSubscriptionRequest { name, ..Default::default() };
    let call = agent("contoso", "ReactivateSubscription");
    let late = subscription::reactivate(&world.service, &call, reactivate.clone()).await;
    assert!(matches!(late, Err(Fault::LostRace { .. })), "{late:?}");
    reopen(&world, CONTOSO_SERVES, world.service.book().micros()).await;
    subscription::reactivate(&world.service, &call, reactivate).await.unwrap();
    let later = world.service.book().micros() + 1;
    assert_eq!(close_since(&world, CONTOSO_SERVES, later).await.count, 1);
}

#[tokio::test]
async fn a_partners_own_relationship_counts_subscriptions_that_it_sold_or_is_reseller_of_record_of() {
    let world = world().await.with_offers().await;
    buy(&world, order(vec![line("mail", 10)])).await.unwrap();
    let own = |partner: &str| internal::RelationshipKey {
        partner: partner.to_owned(),
        provider: String::new(),
        ..key(FABRIKAM_SERVES).unwrap()
    };
    for (partner, count) in [("partners/fabrikam", 1), ("partners/contoso", 1), ("partners/northwind", 0)] {
        assert_eq!(self::count(&world, Some(own(partner))).await.count, count, "{partner}");
    }
}

#[tokio::test]
async fn a_closed_relationship_takes_no_order_until_it_is_opened_again() {
    let world = world().await.with_offers().await;
    let bought = buy(&world, order(vec![line("mail", 10)])).await.unwrap();
    let name = bought.subscriptions[0].name.clone();
    let cancel = pb::CancelSubscriptionRequest { name, ..Default::default() };
    subscription::cancel(&world.service, &agent("contoso", "CancelSubscription"), cancel).await.unwrap();
    for _ in 0..2 {
        assert_eq!(
            close(&world, FABRIKAM_SERVES).await,
            internal::CloseEdgeResponse { closed: true, count: 0 }
        );
    }
    assert!(matches!(buy(&world, order(vec![line("mail", 1)])).await, Err(Fault::LostRace { .. })));
    reopen(&world, FABRIKAM_SERVES, world.service.book().micros()).await;
    buy(&world, order(vec![line("mail", 1)])).await.unwrap();
}

#[tokio::test]
async fn an_abandoned_removal_cannot_close_the_relationship_later() {
    let world = world().await.with_offers().await;
    let not_closed = internal::CloseEdgeResponse { closed: false, count: 0 };
    reopen(&world, FABRIKAM_SERVES, 7).await;
    assert_eq!(close_since(&world, FABRIKAM_SERVES, 7).await, not_closed);
    buy(&world, order(vec![line("mail", 1)])).await.unwrap();
    assert_eq!(
        close_since(&world, FABRIKAM_SERVES, 8).await.count,
        1,
        "a later removal counts the subscription"
    );
}

#[tokio::test]
async fn a_late_reopening_does_not_undo_a_later_removal() {
    let world = world().await.with_offers().await;
    assert!(close_since(&world, FABRIKAM_SERVES, 7).await.closed);
    assert!(close_since(&world, FABRIKAM_SERVES, 9).await.closed);
    assert!(close_since(&world, FABRIKAM_SERVES, 7).await.closed, "a late repeat is answered as closed");
    reopen(&world, FABRIKAM_SERVES, 8).await;
    assert!(matches!(buy(&world, order(vec![line("mail", 1)])).await, Err(Fault::LostRace { .. })));
    reopen(&world, FABRIKAM_SERVES, 9).await;
    buy(&world, order(vec![line("mail", 1)])).await.unwrap();
}

#[tokio::test]
async fn an_ended_relationship_of_the_reseller_does_not_block_orders() {
    let world = world().await.with_offers().await;
    assert!(close(&world, FABRIKAM_SERVES).await.closed);
    world.cut(FABRIKAM_SERVES);
    buy(&world, order(vec![line("mail", 1)])).await.unwrap();
}

#[tokio::test]
async fn a_malformed_key_or_instant_is_rejected() {
    let world = world().await;
    let malformed =
        internal::CloseEdgeRequest { key: Some(internal::RelationshipKey::default()), begin_micros: 1 };
    let timeless = internal::CloseEdgeRequest { key: key(FABRIKAM_SERVES), begin_micros: 0 };
    for request in [malformed, timeless] {
        let status = world.service.close_edge(Request::new(request)).await.unwrap_err();
        assert_eq!(status.code(), tonic::Code::InvalidArgument);
    }
}

/// Whichever commits first, no subscription is left under a closed relationship.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_and_the_removal_of_its_relationship_never_interleave() {
    for round in 0..20 {
        for edge in [CONTOSO_SERVES, FABRIKAM_SERVES, FABRIKAM_SERVES_ALONE] {
            let world = world().await.with_offers().await;
            world.set(FABRIKAM_SERVES_ALONE);
            let (bought, closed) =
                tokio::join!(buy(&world, order(vec![line("mail", 1)])), close(&world, edge));
            let count = i64::from(bought.is_ok());
            assert_eq!(
                closed,
                internal::CloseEdgeResponse { closed: count == 0, count },
                "{edge}, round {round}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_subscription_and_the_removal_of_its_relationship_never_interleave() {
    for round in 0..20 {
        let world = world().await.with_offers().await;
        let (recorded, closed) =
            tokio::join!(bring_in(&world, record("mail", 1)), close(&world, CONTOSO_SERVES));
        let count = i64::from(recorded.is_ok());
        assert_eq!(closed, internal::CloseEdgeResponse { closed: count == 0, count }, "round {round}");
    }
}
