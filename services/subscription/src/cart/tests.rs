//! Carts are prepared, reviewed, and submitted at most once.

use csp_proto::policy::v1::Verdict;
use csp_proto::subscription::v1::order_draft::Content;
use csp_proto::subscription::v1::{self as pb, CartState};
use csp_service::order::Reseller;
use csp_service::{Fault, wire};

use crate::cart;
use crate::fixtures::{TAILSPIN, World, agent, line, order_of, world};
use crate::order::tests::{buy, reasons};

/// A cart that Fabrikam prepares for Contoso to submit.
async fn prepared(world: &World) -> pb::Cart {
    let request = pb::CreateCartRequest {
        external_id: "mine".to_owned(),
        parent: TAILSPIN.to_owned(),
        seller: "partners/contoso".to_owned(),
        reseller_of_record: Some(Reseller::MpnId("5551".to_owned()).into()),
        lines: vec![line("mail", 10)],
        ..Default::default()
    };
    cart::create(&world.service, &agent("fabrikam", "CreateCart"), request).await.unwrap().cart.unwrap()
}

fn submit(cart: &str) -> pb::SubmitOrderRequest {
    submit_through(cart, Reseller::MpnId("5551".to_owned()))
}

fn submit_through(cart: &str, reseller: Reseller) -> pb::SubmitOrderRequest {
    order_of(Content::Cart(cart.to_owned()), Some(reseller))
}

#[tokio::test]
async fn a_provider_reviews_and_submits_a_cart_of_its_reseller() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await;
    assert_eq!(cart.lines[0].term(), pb::Term::P1y);
    for partner in ["fabrikam", "contoso"] {
        let request = pb::ReviewCartRequest { name: cart.name.clone(), ..Default::default() };
        let review = cart::review(&world.service, &agent(partner, "ReviewCart"), request).await.unwrap();
        assert_eq!(review.decision.unwrap().verdict(), Verdict::Accepted, "{partner}");
        assert_eq!(review.quote.unwrap().monthly_totals, [wire::money("EUR", 310_000_000)]);
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
    let rules: Vec<_> = decision.violations.iter().map(|broken| broken.rule_id.as_str()).collect();
    assert_eq!((decision.verdict(), rules), (Verdict::Refused, vec!["SUB-02", "PSH-01"]));
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

#[tokio::test]
async fn an_order_names_the_reseller_of_its_cart_by_number_or_account_and_no_other() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await.name;
    let other = Reseller::Account("partners/northwind".to_owned());
    let Err(Fault::Invalid(violations)) = buy(&world, submit_through(&cart, other)).await else {
        panic!("accepted")
    };
    assert_eq!(violations[0].field, "order.reseller");
    let account = Reseller::Account("partners/fabrikam".to_owned());
    let bought = buy(&world, submit_through(&cart, account)).await.unwrap();
    assert_eq!(bought.order.unwrap().reseller_mpn_id, "5551");
}

#[tokio::test]
async fn a_cart_of_another_customer_is_not_submitted() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await.name;
    let request = pb::SubmitOrderRequest { parent: "customers/other".to_owned(), ..submit(&cart) };
    let Err(Fault::Invalid(violations)) = buy(&world, request).await else { panic!("accepted") };
    assert_eq!(violations[0].field, "order.cart");
}

#[tokio::test]
async fn creator_and_seller_list_a_cart_and_only_its_creator_sees_its_key() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await;
    assert_eq!(cart.external_id, "mine");
    let list = async |partner: &str, states: &[CartState], external_id: &str| {
        let filter = pb::CartFilter {
            states: states.iter().map(|state| (*state).into()).collect(),
            external_id: external_id.to_owned(),
            ..Default::default()
        };
        let mut all = Vec::new();
        for parent in ["customers/-", TAILSPIN] {
            let request = pb::ListCartsRequest {
                parent: parent.to_owned(),
                filter: Some(filter.clone()),
                ..Default::default()
            };
            let listed = cart::list(&world.service, &agent(partner, "ListCarts"), request).await.unwrap();
            all.extend(listed.carts.into_iter().map(|cart| (cart.name, cart.external_id, cart.lines.len())));
        }
        all
    };
    let shown = |key: &str| vec![(cart.name.clone(), key.to_owned(), 1); 2];
    assert_eq!(list("fabrikam", &[], "").await, shown("mine"));
    assert_eq!(list("fabrikam", &[], "mine").await, shown("mine"));
    assert_eq!(list("contoso", &[], "").await, shown(""));
    assert_eq!(list("contoso", &[], "mine").await, []);
    assert_eq!(list("northwind", &[], "").await, []);
    world.pass(169);
    assert_eq!(list("fabrikam", &[], "").await, []);
    assert_eq!(list("fabrikam", &[CartState::Open, CartState::Expired], "").await, shown("mine"));
}
