//! Carts are prepared, reviewed, and submitted at most once.

use csp_proto::subscription::v1::{self as pb, CartState};
use csp_service::Fault;

use crate::cart;
use crate::fixtures::{World, agent, line, world};
use crate::order::tests::{buy, reasons};

/// A cart that Fabrikam prepares for Contoso to submit.
async fn prepared(world: &World) -> pb::Cart {
    let request = pb::CreateCartRequest {
        customer: "customers/tailspin".to_owned(),
        seller: "partners/contoso".to_owned(),
        reseller_mpn_id: "mpnIds/5551".to_owned(),
        lines: vec![line("mail", 10)],
        ..Default::default()
    };
    cart::create(&world.service, &agent("fabrikam", "CreateCart"), request).await.unwrap().cart.unwrap()
}

fn submit(cart: &str) -> pb::SubmitOrderRequest {
    pb::SubmitOrderRequest {
        cart: cart.to_owned(),
        order: Some(pb::OrderDraft {
            attested_capacity: pb::Capacity::Indirect.into(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_provider_reviews_and_submits_a_cart_of_its_reseller() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await;
    assert_eq!(cart.lines[0].term(), pb::Term::P1y);
    for partner in ["fabrikam", "contoso"] {
        let request = pb::ReviewCartRequest { name: cart.name.clone(), ..Default::default() };
        let review = cart::review(&world.service, &agent(partner, "ReviewCart"), request).await.unwrap();
        assert!(review.decision.unwrap().accepted, "{partner}");
        assert_eq!(review.lines[0].monthly_total.as_ref().unwrap().micros, 310_000_000);
    }
    let bought = buy(&world, submit(&cart.name)).await.unwrap();
    let get = pb::GetCartRequest { name: cart.name.clone() };
    let cart = cart::get(&world.service, &agent("fabrikam", "GetCart"), get).await.unwrap().cart.unwrap();
    assert_eq!((cart.state(), cart.order), (CartState::Submitted, bought.order.unwrap().name));
    assert_eq!(reasons(&buy(&world, submit(&cart.name)).await.unwrap_err()), ["CART_ALREADY_SUBMITTED"]);
}

#[tokio::test]
async fn a_review_lists_every_rule_that_submitting_would_violate() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await;
    world.cut(crate::fixtures::PARTNERSHIP);
    world.pass(169);
    let request = pb::ReviewCartRequest { name: cart.name.clone(), ..Default::default() };
    let review = cart::review(&world.service, &agent("contoso", "ReviewCart"), request).await.unwrap();
    assert_eq!(review.cart.unwrap().state(), CartState::Expired);
    let decision = review.decision.unwrap();
    let rules: Vec<_> = decision.violations.iter().map(|broken| broken.rule.as_str()).collect();
    assert_eq!((decision.accepted, rules), (false, vec!["SUB-02", "PSH-01"]));
}

#[tokio::test]
async fn a_cancelled_cart_cannot_be_submitted() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await;
    let cancel = pb::CancelCartRequest { name: cart.name.clone(), ..Default::default() };
    let call = agent("fabrikam", "CancelCart");
    let cancelled = cart::cancel(&world.service, &call, cancel.clone()).await.unwrap().cart.unwrap();
    assert_eq!((cancelled.state(), cancelled.revision), (CartState::Cancelled, 2));
    assert!(matches!(cart::cancel(&world.service, &call, cancel).await, Err(Fault::StateConflict { .. })));
    assert!(matches!(buy(&world, submit(&cart.name)).await, Err(Fault::StateConflict { .. })));
    let stranger = agent("northwind", "CancelCart");
    let hidden = pb::CancelCartRequest { name: cart.name, ..Default::default() };
    assert!(matches!(cart::cancel(&world.service, &stranger, hidden).await, Err(Fault::NotFound { .. })));
}

#[tokio::test]
async fn a_reseller_cannot_submit_even_its_own_cart() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await;
    let call = agent("fabrikam", "SubmitOrder");
    let refused = crate::order::submit(&world.service, &call, submit(&cart.name)).await.unwrap_err();
    assert_eq!(reasons(&refused).first(), Some(&"RESELLER_CANNOT_ORDER"));
}
