//! Subscriptions that were sold elsewhere are recorded once, and count like any other.

use csp_policy::Caller;
use csp_proto::subscription::v1 as pb;
use csp_proto::r#type::v1::Evidence;
use csp_service::{Call, Fault, Result, wire};

use super::seats::join_all;
use crate::fixtures::{World, line, order, world};
use crate::order::tests::{buy, reasons};
use crate::subscription;

/// A request to record seats that Contoso sold to Tailspin on 1 September 2023, without a reseller.
pub(crate) fn record(offer: &str, quantity: i32) -> pb::RecordSubscriptionRequest {
    pb::RecordSubscriptionRequest {
        parent: "customers/tailspin".to_owned(),
        seller: "partners/contoso".to_owned(),
        offer: format!("offers/{offer}"),
        quantity,
        evidence: Some(Evidence { establish_date: "2023-09-01".to_owned(), source: "export".to_owned() }),
        ..Default::default()
    }
}

pub(crate) async fn bring_in(
    world: &World,
    request: pb::RecordSubscriptionRequest,
) -> Result<pb::RecordSubscriptionResponse> {
    let call = Call::made_by(Caller::operator(), "op", "RecordSubscription");
    subscription::record(&world.service, &call, request).await
}

#[tokio::test]
async fn concurrent_records_with_one_external_id_create_one_subscription() {
    let world = world().await.with_offers().await;
    let keyed = pb::RecordSubscriptionRequest { external_id: "old-1".to_owned(), ..record("mail", 5) };
    let answers = join_all((0..8).map(|_| bring_in(&world, keyed.clone())).collect()).await;
    let (recorded, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(recorded.len(), 1);
    assert!(refused.iter().all(|answer| matches!(answer, Err(Fault::AlreadyExists { .. }))), "{refused:?}");
    for _ in 0..2 {
        bring_in(&world, record("mail", 5))
            .await
            .expect("records without an external id are never duplicates");
    }
    let call = Call::made_by(Caller::operator(), "op", "ListSubscriptions");
    for (key, count) in [("old-1", 1), ("old-2", 0), ("", 3)] {
        let filter = pb::SubscriptionFilter { external_id: key.to_owned(), ..Default::default() };
        let parent = "customers/-".to_owned();
        let request = pb::ListSubscriptionsRequest { parent, filter: Some(filter), ..Default::default() };
        let listed = subscription::list(&world.service, &call, request).await.unwrap().subscriptions;
        assert_eq!(listed.len(), count, "{key}");
    }
}

#[tokio::test]
async fn recorded_seats_count_towards_the_limit_and_serve_as_base_of_an_add_on() {
    let world = world().await.with_offers().await;
    let early = bring_in(&world, record("archive", 1)).await.unwrap_err();
    assert_eq!(reasons(&early), ["PREREQUISITE_MISSING"]);
    bring_in(&world, record("mail", 1)).await.unwrap();
    bring_in(&world, record("archive", 1)).await.unwrap();
    bring_in(&world, record("trial", 20)).await.unwrap();
    let refused = buy(&world, order(vec![line("trial", 6)])).await.unwrap_err();
    assert_eq!(reasons(&refused), ["OFFER_LIMIT_REACHED"]);
    buy(&world, order(vec![line("trial", 5)])).await.unwrap();
}

#[tokio::test]
async fn a_recorded_subscription_renews_unless_auto_renew_is_off() {
    let world = world().await.with_offers().await;
    let monthly = pb::RecordSubscriptionRequest { term: pb::Term::P1m.into(), ..record("mail", 1) };
    let renews = bring_in(&world, monthly.clone()).await.unwrap().subscription.unwrap();
    assert_eq!(renews.state(), pb::SubscriptionState::Active);
    assert_eq!(renews.term_end_time.unwrap().to_string(), "2023-11-01T00:00:00Z");
    let ends = pb::RecordSubscriptionRequest { auto_renew: Some(false), ..monthly };
    let ended = bring_in(&world, ends).await.unwrap().subscription.unwrap();
    assert_eq!(ended.state(), pb::SubscriptionState::Expired);
    assert_eq!(ended.term_end_time.unwrap().to_string(), "2023-10-01T00:00:00Z");
}

#[tokio::test]
async fn a_malformed_record_reports_every_violation() {
    let world = world().await.with_offers().await;
    let request = pb::RecordSubscriptionRequest {
        seller: "contoso".to_owned(),
        quantity: -1,
        unit_price: Some(wire::money("euro", -1_000_000)),
        evidence: Some(Evidence { establish_date: "2024-01-01".to_owned(), source: String::new() }),
        ..record("mail", 1)
    };
    let Err(Fault::Invalid(violations)) = bring_in(&world, request).await else { panic!("accepted") };
    let fields: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
    let wanted = [
        "seller",
        "quantity",
        "unit_price.currency_code",
        "unit_price.units",
        "evidence.establish_date",
        "evidence.source",
    ];
    assert_eq!(fields, wanted);
    let triennial = pb::RecordSubscriptionRequest { term: pb::Term::P3y.into(), ..record("mail", 1) };
    let Err(Fault::Invalid(violations)) = bring_in(&world, triennial).await else { panic!("accepted") };
    assert_eq!(violations[0].field, "term");
}
