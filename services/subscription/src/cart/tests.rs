//! Carts are prepared, changed, reviewed, and submitted at most once.

use csp_policy::Caller;
use csp_proto::policy::v1::Verdict;
use csp_proto::subscription::v1::order_draft::Content;
use csp_proto::subscription::v1::{self as pb, CartState};
use csp_service::order::Reseller;
use csp_service::{Call, Fault, wire};
use prost_types::FieldMask;

use crate::cart;
use crate::fixtures::{TAILSPIN, World, agent, line, offer, order_of, world};
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
    let again = cart::cancel(&world.service, &call, cancel).await.unwrap().cart;
    assert_eq!(again, Some(cancelled), "the result is already there");
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

fn change(name: &str, cart: pb::Cart, paths: &[&str]) -> pb::UpdateCartRequest {
    pb::UpdateCartRequest {
        cart: Some(pb::Cart { name: name.to_owned(), ..cart }),
        update_mask: Some(FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() }),
        ..Default::default()
    }
}

async fn update(world: &World, partner: &str, request: pb::UpdateCartRequest) -> Result<pb::Cart, Fault> {
    let call = agent(partner, "UpdateCart");
    cart::update(&world.service, &call, request).await.map(|response| response.cart.unwrap())
}

#[tokio::test]
async fn creator_and_seller_change_a_cart_and_its_seven_days_do_not_begin_anew() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await;
    world.pass(100);
    let lines = vec![line("mail", 3), line("archive", 2)];
    let more = change(&cart.name, pb::Cart { lines, ..Default::default() }, &["lines"]);
    let changed = update(&world, "contoso", more).await.unwrap();
    let seats: Vec<_> = changed.lines.iter().map(|line| line.quantity).collect();
    assert_eq!((changed.revision, seats, changed.lines[0].term()), (2, vec![3, 2], pb::Term::P1y));
    assert_eq!(changed.expire_time, cart.expire_time);
    assert_eq!(changed.reseller_of_record, cart.reseller_of_record);

    let reseller = Some(Reseller::Account("partners/fabrikam".to_owned()).into());
    let named = pb::Cart { reseller_of_record: reseller, ..Default::default() };
    let changed = update(&world, "fabrikam", change(&cart.name, named.clone(), &["reseller"])).await.unwrap();
    assert_eq!((changed.revision, changed.reseller_of_record.clone()), (3, named.reseller_of_record.clone()));
    assert_eq!(changed.lines.len(), 2, "what the mask does not name stays");
    let again = update(&world, "fabrikam", change(&cart.name, named, &["reseller"])).await.unwrap();
    assert_eq!(again, changed, "a change to what is there is no change");
    let none = change(&cart.name, pb::Cart::default(), &["reseller_mpn_id"]);
    assert_eq!(update(&world, "contoso", none).await.unwrap().reseller_of_record, None);

    let get = pb::GetCartRequest { name: cart.name.clone() };
    let read = cart::get(&world.service, &agent("contoso", "GetCart"), get).await.unwrap().cart.unwrap();
    assert_eq!((read.revision, read.lines.len()), (4, 2));
    assert!(matches!(
        update(&world, "northwind", change(&cart.name, pb::Cart::default(), &["reseller"])).await,
        Err(Fault::NotFound { .. })
    ));
    world.pass(69);
    let late = change(&cart.name, pb::Cart::default(), &["reseller"]);
    assert_eq!(reasons(&update(&world, "contoso", late).await.unwrap_err()), ["CART_EXPIRED"]);
}

#[tokio::test]
async fn a_change_of_a_cart_names_its_malformed_fields_and_checks_the_etag() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await;
    let refused = async |request| {
        let Err(Fault::Invalid(violations)) = update(&world, "fabrikam", request).await else {
            panic!("accepted")
        };
        violations.into_iter().map(|violation| violation.field).collect::<Vec<_>>()
    };
    let negative = pb::Cart { lines: vec![line("mail", -5)], ..Default::default() };
    for (request, fields) in [
        (change(&cart.name, pb::Cart::default(), &[]), ["update_mask"]),
        (change(&cart.name, pb::Cart::default(), &["state"]), ["update_mask"]),
        (change("carts/1", pb::Cart::default(), &["reseller"]), ["cart.name"]),
        (change(&cart.name, pb::Cart::default(), &["lines"]), ["cart.lines"]),
        (change(&cart.name, negative, &["lines"]), ["cart.lines[0].quantity"]),
    ] {
        assert_eq!(refused(request).await, fields);
    }
    let stale = pb::UpdateCartRequest {
        etag: "0".to_owned(),
        ..change(&cart.name, pb::Cart::default(), &["reseller"])
    };
    assert!(matches!(update(&world, "fabrikam", stale).await, Err(Fault::EtagMismatch { .. })));
}

/// The offer has no plan any more that fits the line of the cart.
#[tokio::test]
async fn a_line_that_a_change_keeps_is_told_by_the_name_of_the_cart() {
    let world = world().await.with_offers().await;
    let cart = prepared(&world).await;
    let mut monthly = offer("mail");
    monthly.plans.remove(0);
    let request = pb::ImportOffersRequest { offers: vec![monthly], ..Default::default() };
    let operator = Call::made_by(Caller::operator(), "op", "ImportOffers");
    crate::offer::import(&world.service, &operator, request).await.unwrap();
    let fields = async |new: pb::Cart, paths: &[&str]| {
        let Err(Fault::Invalid(violations)) =
            update(&world, "fabrikam", change(&cart.name, new, paths)).await
        else {
            panic!("accepted")
        };
        violations.into_iter().map(|violation| violation.field).collect::<Vec<_>>()
    };
    assert_eq!(fields(pb::Cart::default(), &["reseller"]).await, ["cart.name"]);
    let lines = pb::Cart { lines: cart.lines.clone(), ..Default::default() };
    assert_eq!(fields(lines, &["lines"]).await, ["cart.lines[0]"]);
}

#[tokio::test]
async fn a_reseller_prepares_a_cart_for_a_provider_that_serves_the_customer_too() {
    let world = world().await.with_offers().await;
    world.cut(crate::fixtures::FABRIKAM_SERVES);
    let create = async |seller: &str| {
        let request = pb::CreateCartRequest {
            parent: TAILSPIN.to_owned(),
            seller: seller.to_owned(),
            lines: vec![line("mail", 10)],
            ..Default::default()
        };
        cart::create(&world.service, &agent("fabrikam", "CreateCart"), request).await
    };
    assert_eq!(reasons(&create("partners/contoso").await.unwrap_err()), ["RESELLER_RELATIONSHIP_MISSING"]);
    // Fabrikam serves the customer itself, not through Contoso.
    world.set(crate::fixtures::FABRIKAM_SERVES_ALONE);
    create("partners/contoso").await.unwrap();
    assert_eq!(reasons(&create("partners/northwind").await.unwrap_err()), ["PARTNERSHIP_NOT_ACTIVE"]);
    assert!(matches!(create("partners/nobody").await, Err(Fault::NotFound { .. })));
    for itself in ["", "partners/fabrikam"] {
        let Err(Fault::Invalid(violations)) = create(itself).await else { panic!("accepted") };
        assert_eq!(violations[0].field, "seller");
    }
}
