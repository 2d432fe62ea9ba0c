//! Establishing and dissolving the edges of a customer that is being created, in either order and
//! concurrently. No relationship is recorded with the customer meanwhile.

use csp_policy::{Caller, Party};
use csp_proto::internal::relationship::v1 as internal;
use csp_proto::relationship::v1 as pb;
use csp_proto::r#type::v1::Evidence;
use csp_service::{Call, Fault, LATE_CALL_MAX};
use csp_store::guard;

use super::{ExistingEdges, batch_get_edges, get_edges};
use crate::fixtures::house::House;
use crate::fixtures::{at, partner};
use crate::partnership::{Partnership, Request};
use crate::reseller_relationship;

#[tokio::test]
async fn edges_of_an_operation_that_was_dissolved_are_refused() {
    let house = House::open().await;
    house.dissolve("o").await;
    let late = house.establish("o").await;
    assert!(matches!(late, Err(Fault::StateConflict { .. })), "{late:?}");
    assert!(!house.is_served().await);
    house.establish("p").await.unwrap();
    assert!(house.is_served().await);
}

#[tokio::test]
async fn a_late_dissolution_leaves_the_edges_of_the_next_operation_with_the_same_customer_id() {
    let house = House::open().await;
    house.establish("o").await.unwrap();
    house.dissolve("o").await;
    assert!(!house.is_served().await);
    house.establish("p").await.unwrap();
    house.dissolve("o").await;
    assert!(house.is_served().await);
}

#[tokio::test]
async fn a_partner_named_as_provider_and_as_reseller_gets_its_relationship_in_both_roles() {
    let house = House::open().await;
    house.establish("o").await.unwrap();
    let contoso = "partners/contoso".to_owned();
    for (reseller, is_own) in
        [(contoso.clone(), true), ("partners/other".to_owned(), false), (String::new(), false)]
    {
        let request = internal::GetEdgesRequest {
            provider: contoso.clone(),
            reseller: reseller.clone(),
            customer: "customers/tailspin".to_owned(),
            ..Default::default()
        };
        let edges = get_edges(&house.service, request).await.unwrap();
        assert!(edges.provider_relationship.is_some_and(|edge| edge.active), "{reseller}");
        assert_eq!(edges.reseller_own_relationship.is_some(), is_own, "{reseller}");
        assert_eq!((edges.reseller_relationship, edges.partnership), (None, None), "{reseller}");
    }
}

/// Contoso's relationship with Tailspin on a day, and whether its entry covers the day.
async fn relationship_on(house: &House, day: &str) -> Option<(bool, bool)> {
    let request = internal::GetEdgesRequest {
        provider: "partners/contoso".to_owned(),
        customer: "customers/tailspin".to_owned(),
        as_of_date: day.to_owned(),
        ..Default::default()
    };
    let alone = get_edges(&house.service, request.clone()).await.unwrap();
    let together = internal::BatchGetEdgesRequest { requests: vec![request; 3] };
    let together = batch_get_edges(&house.service, together).await.unwrap().responses;
    assert!(together.iter().all(|edges| *edges == alone), "{day}: {together:?}");
    alone.provider_relationship.map(|edge| (edge.active, edge.dated))
}

#[tokio::test]
async fn a_relationship_is_in_force_from_the_day_of_its_beginning_until_the_day_before_its_end() {
    let house = House::open().await;
    // The house opens on 21 November 2026.
    let name = house.establish("o").await.unwrap().relationships.remove(0).name;
    let clock = &house.service.book.clock;
    clock.set(clock.now() + std::time::Duration::from_hours(48)).unwrap();
    assert_eq!(relationship_on(&house, "2026-11-22").await, Some((true, true)), "not ended");
    let call = Call::made_by(Caller::operator(), "olga", "RemoveResellerRelationship");
    let removal =
        pb::RemoveResellerRelationshipRequest { name, reason: "moved on".to_owned(), ..Default::default() };
    reseller_relationship::remove(&house.service, &call, removal).await.unwrap();
    for (day, expected) in [
        ("2026-11-20", (false, false)),
        ("2026-11-21", (true, true)),
        ("2026-11-22", (true, true)),
        ("2026-11-23", (false, true)),
        ("", (false, false)),
    ] {
        assert_eq!(relationship_on(&house, day).await, Some(expected), "{day}");
    }
}

/// Whichever call arrives first, a dissolved operation does not leave an edge behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_concurrent_dissolution_does_not_leave_an_edge_behind() {
    for round in 0..20 {
        let house = House::open().await;
        let (_, ()) = tokio::join!(house.establish("o"), house.dissolve("o"));
        assert!(!house.is_served().await, "round {round}");
    }
}

/// The customer service repeats a call whose connection broke, while the first call still runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_repeats_get_one_answer() {
    for round in 0..20 {
        let house = std::sync::Arc::new(House::open().await);
        let repeats = (0..8).map(|_| {
            let house = std::sync::Arc::clone(&house);
            tokio::spawn(async move { house.establish("o").await.unwrap() })
        });
        let mut answers = Vec::new();
        for repeat in repeats.collect::<Vec<_>>() {
            answers.push(repeat.await.unwrap());
        }
        assert_eq!(answers[0].relationships.len(), 1, "round {round}");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "round {round}: {answers:#?}");
    }
}

#[tokio::test]
async fn a_tombstone_is_pruned_once_no_late_call_can_arrive() {
    let house = House::open().await;
    house.dissolve("o").await;
    let clock = &house.service.book.clock;
    clock.set(clock.now() + LATE_CALL_MAX + std::time::Duration::from_secs(1)).unwrap();
    house.dissolve("p").await;
    let mut tx = house.service.book.store.write();
    let now = house.service.book.micros();
    assert!(guard::enter(tx.conn().await.unwrap(), "operations/o", now).await.unwrap());
    assert!(!guard::enter(tx.conn().await.unwrap(), "operations/p", now).await.unwrap());
}

#[tokio::test]
async fn no_relationship_is_recorded_with_a_customer_that_is_being_created() {
    let house = House::open().await;
    let request = pb::RecordResellerRelationshipRequest {
        partner: "partners/contoso".to_owned(),
        parent: "customers/tailspin".to_owned(),
        evidence: Some(Evidence { establish_date: "2026-11-20".to_owned(), source: "export".to_owned() }),
        ..Default::default()
    };
    let call = Call::made_by(Caller::operator(), "olga", "RecordResellerRelationship");
    let refused = reseller_relationship::record(&house.service, &call, request).await;
    assert!(matches!(refused, Err(Fault::NotFound { resource_type: "customer", .. })), "{refused:?}");
}

#[test]
fn a_partnership_is_named_to_its_parties_and_operators_only() {
    let request = Request {
        id: "p".to_owned(),
        external_id: None,
        reseller_email: "r@fabrikam.example".to_owned(),
        note: String::new(),
    };
    let (provider, reseller) = (partner("contoso"), partner("fabrikam"));
    let other = Partnership::request(request, &provider, &reseller, at("2026-01-01T00:00:00Z"));
    let edges = ExistingEdges { other_edge: Some(other), ..ExistingEdges::default() };
    let tenant = |id: &str| format!("{id}-tenant");
    for (party, name) in [
        (Party::Partner { tenant: tenant("contoso") }, "partnerships/p"),
        (Party::Customer { tenant: tenant("fabrikam") }, "partnerships/p"),
        (Party::Operator, "partnerships/p"),
        (Party::Partner { tenant: tenant("northwind") }, "partnerships/-"),
    ] {
        let call = Call::made_by(Caller { party, roles: Vec::new() }, "ana", "InviteCustomer");
        assert_eq!(edges.other_edge_name(&call).as_deref(), Some(name), "{:?}", call.caller.party);
    }
}
