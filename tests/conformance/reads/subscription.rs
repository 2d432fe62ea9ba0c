//! RPCs of the subscription service: offers, carts, orders, subscriptions and their history.

use csp_proto::customer::v1::{CustomerFilter, ListCustomersRequest};
use csp_proto::policy::v1::Verdict;
use csp_proto::subscription::v1 as pb;
use csp_proto::subscription::v1::subscription_service_client::SubscriptionServiceClient;
use csp_service::wire;
use csp_tests::{
    Answer, Client, Party, Refusal, Seller, all_orders, all_subscriptions, attested, draft_of_cart, evidence,
    lines, refusal_of, submission,
};
use jiff::SignedDuration;
use tonic::Code;

use crate::order::scene::{Direct, Indirect, WINDOW};
use crate::scene::Scene;
use crate::subscription::acts::{associate, name_contact, reactivate, suspend, switch_auto_renew};

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(an_operator_imports_offers_in_versions()),
    scene!(resellers_read_offers()),
    scene!(a_reseller_prepares_a_cart_that_its_provider_submits()),
    scene!(a_cancelled_cart_stays_cancelled()),
    scene!(an_absent_choice_of_auto_renew_is_not_off()),
    scene!(the_review_of_a_cart_shows_the_decision_on_its_submission()),
    scene!(orders_are_read_by_their_parties()),
    scene!(subscriptions_are_read_by_their_parties()),
    scene!(a_list_is_read_from_either_end()),
    scene!(a_designated_reseller_manages_a_subscription_that_strangers_cannot_see()),
    scene!(the_history_keeps_every_reseller_of_record()),
    scene!(a_reseller_of_record_lists_its_subscriptions_and_customers()),
    scene!(an_operator_records_an_earlier_subscription()),
    scene!(a_recorded_subscription_is_judged_by_the_rules_of_its_day()),
];

type Selling = SubscriptionServiceClient<Client>;

/// A page token that no list has issued.
const MADE_UP: &str = "made-up";

async fn an_operator_imports_offers_in_versions() {
    let scene = Direct::open().await;
    let mut operator = scene.suite.operator().subscription();
    let mut offer = offer(&mut operator, &scene.offer).await.unwrap().into_inner().offer.unwrap();
    let imported = import(&mut operator, &offer).await.unwrap().into_inner();
    assert_eq!((imported.created, imported.changed, imported.unchanged), (0, 0, 1));
    offer.display_name = "Offer e3, renamed".to_owned();
    let imported = import(&mut operator, &offer).await.unwrap().into_inner();
    assert_eq!((imported.created, imported.changed, imported.unchanged), (0, 1, 0));
    offer.seat_min = 0;
    assert_eq!(refusal_of(import(&mut operator, &offer).await).fields, ["offers[0].seat_min"]);
    let mut litware = scene.litware.people.subscription();
    assert_eq!(refusal_of(import(&mut litware, &offer).await).reason, "ROLE_MISSING");
}

async fn resellers_read_offers() {
    let scene = Direct::open().await;
    let mut fabrikam = scene.suite.reseller("fabrikam", "FR").await.people.subscription();
    let read = offer(&mut fabrikam, &scene.offer).await.unwrap().into_inner().offer.unwrap();
    assert_eq!((read.revision, read.countries), (1, vec!["DE".to_owned(), "FR".to_owned()]));
    assert_eq!(refusal_of(offer(&mut fabrikam, "offers/none").await).reason, "NOT_FOUND");
    for (country, sold) in [("FR", 1), ("IT", 0)] {
        let filter = pb::OfferFilter { country: country.to_owned(), ..Default::default() };
        let request = pb::ListOffersRequest { filter: Some(filter), ..Default::default() };
        assert_eq!(fabrikam.list_offers(request).await.unwrap().into_inner().offers.len(), sold, "{country}");
    }
    let request = pb::ListOffersRequest { page_token: MADE_UP.to_owned(), ..Default::default() };
    assert_eq!(refusal_of(fabrikam.list_offers(request).await).reason, "PAGE_TOKEN_INVALID");
}

async fn a_reseller_prepares_a_cart_that_its_provider_submits() {
    let scene = Indirect::open().await;
    let request = pb::CreateCartRequest {
        parent: scene.tailspin.clone(),
        seller: scene.contoso.name.clone(),
        reseller_of_record: Some(scene.fabrikam.by_account().into()),
        lines: lines(&[(&scene.offer, 10)]),
        ..Default::default()
    };
    let created = scene.fabrikam.people.subscription().create_cart(request).await.unwrap().into_inner();
    let name = created.cart.unwrap().name;
    let cart = get_cart(&scene.contoso, &name).await.unwrap().into_inner().cart.unwrap();
    assert_eq!((cart.creator, cart.seller), (scene.fabrikam.name.clone(), scene.contoso.name.clone()));
    let stranger = scene.suite.reseller("stranger", "FR").await;
    assert_eq!(refusal_of(get_cart(&stranger, &name).await).reason, "NOT_FOUND");

    for (seller, seen) in [(&scene.fabrikam, 1), (&scene.contoso, 1), (&stranger, 0)] {
        let request = pb::ListCartsRequest { parent: scene.tailspin.clone(), ..Default::default() };
        let listed = seller.people.subscription().list_carts(request).await.unwrap().into_inner();
        assert_eq!(listed.carts.len(), seen, "{}", seller.name);
    }
    let request = pb::ListCartsRequest { parent: "carts".to_owned(), ..Default::default() };
    assert_eq!(refusal_of(stranger.people.subscription().list_carts(request).await).fields, ["parent"]);

    let order = draft_of_cart(&name, Some(scene.fabrikam.by_number()));
    let request = submission(&scene.tailspin, order);
    let sold = scene.contoso.people.subscription().submit_order(request).await.unwrap().into_inner();
    assert_eq!(sold.subscriptions[0].reseller, scene.fabrikam.name);
    let cart = get_cart(&scene.fabrikam, &name).await.unwrap().into_inner().cart.unwrap();
    assert_eq!((cart.state(), cart.order), (pb::CartState::Submitted, sold.order.unwrap().name));
}

async fn an_absent_choice_of_auto_renew_is_not_off() {
    let scene = Direct::open().await;
    let bought = scene.buy(&scene.offer, 1).await;
    let request = pb::SetAutoRenewRequest { name: bought.name, ..Default::default() };
    let refusal = refusal_of(scene.litware.people.subscription().set_auto_renew(request).await);
    assert_eq!((refusal.reason.as_str(), refusal.fields), ("FIELD_INVALID", vec!["auto_renew".to_owned()]));
}

async fn a_cancelled_cart_stays_cancelled() {
    let scene = Direct::open().await;
    let cart = scene.cart().await;
    let mut litware = scene.litware.people.subscription();
    let request = pb::CancelCartRequest { name: cart.clone(), ..Default::default() };
    let cancelled = litware.cancel_cart(request.clone()).await.unwrap().into_inner().cart.unwrap();
    assert_eq!(cancelled.state(), pb::CartState::Cancelled);
    let again = litware.cancel_cart(request).await.unwrap().into_inner().cart.unwrap();
    assert_eq!(again, cancelled);
    assert_eq!(refusal_of(scene.submit(&cart).await).reason, "STATE_CONFLICT");
    let sold = scene.cart().await;
    scene.submit(&sold).await.unwrap();
    let request = pb::CancelCartRequest { name: sold, ..Default::default() };
    assert_eq!(refusal_of(litware.cancel_cart(request).await).reason, "STATE_CONFLICT");
}

async fn the_review_of_a_cart_shows_the_decision_on_its_submission() {
    let scene = Direct::open().await;
    let cart = scene.cart().await;
    let mut litware = scene.litware.people.subscription();
    let request = pb::ReviewCartRequest { name: cart, ..Default::default() };
    let reviewed = litware.review_cart(request.clone()).await.unwrap().into_inner();
    assert_eq!(reviewed.quote.unwrap().monthly_totals, [wire::money("EUR", 200_000_000)]);
    let decision = reviewed.decision.unwrap();
    assert!(decision.verdict() == Verdict::Accepted && decision.name.is_empty(), "{decision:?}");

    scene.suite.wait(WINDOW * 2);
    let reviewed = litware.review_cart(request).await.unwrap().into_inner();
    let decision = reviewed.decision.unwrap();
    let rules: Vec<&str> = decision.violations.iter().map(|violation| violation.rule_id.as_str()).collect();
    assert_eq!((decision.verdict(), rules), (Verdict::Refused, vec!["SUB-02"]));
    let request =
        pb::ReviewCartRequest { name: format!("{}/carts/none", scene.tailspin), ..Default::default() };
    assert_eq!(refusal_of(litware.review_cart(request).await).reason, "NOT_FOUND");
}

async fn orders_are_read_by_their_parties() {
    let scene = Indirect::open().await;
    let order = scene.order(Some(&scene.fabrikam)).await.unwrap().into_inner().order.unwrap();
    let people = [&scene.contoso.people, &scene.fabrikam.people, &scene.suite.customer("tailspin.tenant")];
    for party in people {
        let request = pb::GetOrderRequest { name: order.name.clone() };
        let read = party.subscription().get_order(request).await.unwrap().into_inner().order.unwrap();
        let is_seller = party.tenant == scene.contoso.people.tenant;
        let decision = if is_seller { order.decision.clone() } else { String::new() };
        assert_eq!(read, pb::Order { decision, ..order.clone() });
        let listed = party.subscription().list_orders(all_orders()).await;
        assert_eq!(listed.unwrap().into_inner().orders, [read]);
    }
    let mut stranger = scene.suite.reseller("stranger", "FR").await.people.subscription();
    let request = pb::GetOrderRequest { name: order.name };
    assert_eq!(refusal_of(stranger.get_order(request).await).reason, "NOT_FOUND");
    assert!(stranger.list_orders(all_orders()).await.unwrap().into_inner().orders.is_empty());
    let request = pb::ListOrdersRequest { page_token: MADE_UP.to_owned(), ..all_orders() };
    assert_eq!(refusal_of(stranger.list_orders(request).await).reason, "PAGE_TOKEN_INVALID");
}

async fn subscriptions_are_read_by_their_parties() {
    let scene = Indirect::open().await;
    let bought = scene.buy().await;
    let people = [&scene.contoso.people, &scene.fabrikam.people, &scene.suite.customer("tailspin.tenant")];
    for party in people {
        let request = pb::GetSubscriptionRequest { name: bought.name.clone() };
        let read = party.subscription().get_subscription(request).await.unwrap().into_inner();
        assert_eq!(read.subscription.unwrap(), bought);
        let request = pb::ListSubscriptionsRequest { parent: scene.tailspin.clone(), ..Default::default() };
        let listed = party.subscription().list_subscriptions(request).await.unwrap().into_inner();
        assert_eq!(listed.subscriptions, std::slice::from_ref(&bought));
    }
    let mut stranger = scene.suite.reseller("stranger", "FR").await.people.subscription();
    let request = pb::GetSubscriptionRequest { name: bought.name };
    assert_eq!(refusal_of(stranger.get_subscription(request).await).reason, "NOT_FOUND");
    let request = pb::ListSubscriptionsRequest { page_token: MADE_UP.to_owned(), ..all_subscriptions() };
    assert_eq!(refusal_of(stranger.list_subscriptions(request).await).reason, "PAGE_TOKEN_INVALID");
}

async fn a_list_is_read_from_either_end() {
    let scene = Indirect::open().await;
    let mut bought = Vec::new();
    for _ in 0..3 {
        bought.push(scene.buy().await.name);
        scene.suite.wait(SignedDuration::from_secs(1));
    }
    let newest: Vec<String> = bought.iter().rev().cloned().collect();
    let operator = scene.suite.operator();
    let people = [&operator, &scene.contoso.people, &scene.fabrikam.people];
    for (number, party) in people.into_iter().chain([&scene.suite.customer("tailspin.tenant")]).enumerate() {
        for parent in ["customers/-", &scene.tailspin] {
            for (order_by, expected) in
                [("", &newest), ("create_time", &bought), ("create_time desc", &newest)]
            {
                let read = subscriptions_by_one(party, parent, order_by).await;
                assert_eq!(read, *expected, "party {number}, {parent}, `{order_by}`");
            }
        }
    }
    let request = pb::ListOrdersRequest { order_by: "price".to_owned(), ..all_orders() };
    let refused = refusal_of(scene.contoso.people.subscription().list_orders(request).await);
    assert_eq!((refused.reason.as_str(), refused.fields), ("FIELD_INVALID", vec!["order_by".to_owned()]));
}

/// The names of the subscriptions, in the order of the list, read in pages of one.
async fn subscriptions_by_one(party: &Party, parent: &str, order_by: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut request = pb::ListSubscriptionsRequest {
        parent: parent.to_owned(),
        page_size: 1,
        order_by: order_by.to_owned(),
        ..Default::default()
    };
    loop {
        let page = party.subscription().list_subscriptions(request.clone()).await.unwrap().into_inner();
        names.extend(page.subscriptions.into_iter().map(|subscription| subscription.name));
        if page.next_page_token.is_empty() {
            return names;
        }
        request.page_token = page.next_page_token;
    }
}

async fn a_designated_reseller_manages_a_subscription_that_strangers_cannot_see() {
    let scene = Indirect::open().await;
    let bought = scene.buy().await.name;
    let (designated, stranger) = (&scene.fabrikam, scene.suite.reseller("stranger", "FR").await);
    suspend(designated, &bought).await.unwrap();
    assert_eq!(refusal_of(suspend(&stranger, &bought).await).reason, "NOT_FOUND");
    reactivate(designated, &bought).await.unwrap();
    assert_eq!(refusal_of(reactivate(&stranger, &bought).await).reason, "NOT_FOUND");
    switch_auto_renew(designated, &bought, false).await.unwrap();
    assert_eq!(refusal_of(switch_auto_renew(&stranger, &bought, false).await).reason, "NOT_FOUND");
    name_contact(designated, &bought, designated).await.unwrap();
    assert_eq!(refusal_of(name_contact(&stranger, &bought, &stranger).await).reason, "NOT_FOUND");
}

async fn the_history_keeps_every_reseller_of_record() {
    let scene = Indirect::open().await;
    let bought = scene.buy().await.name;
    let adatum = scene.suite.reseller("adatum", "FR").await;
    scene.suite.partnership(&scene.contoso, &adatum).await;
    scene.suite.wait(WINDOW);
    associate(&scene.contoso, &bought, adatum.by_number()).await.unwrap();

    let entries = history(&scene.contoso, &bought).await.unwrap();
    let resellers: Vec<&str> = entries.iter().map(|entry| entry.reseller.as_str()).collect();
    assert_eq!(resellers, [adatum.name.as_str(), scene.fabrikam.name.as_str()]);
    assert_eq!((entries[0].start_time, entries[0].end_time), (entries[1].end_time, None));
    let stranger = scene.suite.reseller("stranger", "FR").await;
    assert_eq!(history(&stranger, &bought).await.unwrap_err().reason, "NOT_FOUND");
}

/// Adatum does not serve the customer.
async fn a_reseller_of_record_lists_its_subscriptions_and_customers() {
    let scene = Indirect::open().await;
    let bought = scene.buy().await.name;
    let adatum = scene.suite.reseller("adatum", "FR").await;
    scene.suite.partnership(&scene.contoso, &adatum).await;
    associate(&scene.contoso, &bought, adatum.by_number()).await.unwrap();
    scene.suite.wait(WINDOW);

    let request = pb::ListResellerOfRecordHistoryRequest {
        parent: "customers/-/subscriptions/-".to_owned(),
        filter: Some(pb::ResellerOfRecordFilter {
            reseller: adatum.name.clone(),
            start_date: "2026-11-25".to_owned(),
            end_date: "2026-12-01".to_owned(),
        }),
        ..Default::default()
    };
    for (seller, seen) in [(&adatum, true), (&scene.contoso, true), (&scene.fabrikam, false)] {
        let mut selling = seller.people.subscription();
        let listed = selling.list_reseller_of_record_history(request.clone()).await.unwrap().into_inner();
        let told: Vec<_> =
            listed.entries.iter().map(|it| (it.subscription.as_str(), it.seats, it.days)).collect();
        assert_eq!(told, [(bought.as_str(), 10, 3)][..usize::from(seen)], "{}", seller.name);
    }
    for (seller, counterpart, seen) in [
        (&adatum, "", true),
        (&adatum, scene.contoso.name.as_str(), true),
        (&adatum, scene.fabrikam.name.as_str(), false),
        (&scene.contoso, adatum.name.as_str(), true),
        (&scene.contoso, "", true),
        (&scene.fabrikam, "", true),
    ] {
        let filter = CustomerFilter { counterpart: counterpart.to_owned(), ..Default::default() };
        let request = ListCustomersRequest { filter: Some(filter), ..Default::default() };
        let listed = seller.people.customers().list_customers(request).await.unwrap().into_inner().customers;
        let names: Vec<_> = listed.iter().map(|customer| customer.name.as_str()).collect();
        assert_eq!(names, [scene.tailspin.as_str()][..usize::from(seen)], "{} {counterpart}", seller.name);
    }
}

/// A record of ten seats that were sold on 20 November 2026, the day before the scene, without a reseller.
pub(super) fn record(scene: &Indirect) -> pb::RecordSubscriptionRequest {
    pb::RecordSubscriptionRequest {
        subscription_id: "older".to_owned(),
        external_id: "export-4711".to_owned(),
        parent: scene.tailspin.clone(),
        seller: scene.contoso.name.clone(),
        offer: scene.offer.clone(),
        quantity: 10,
        unit_price: Some(wire::money("EUR", 15_000_000)),
        evidence: Some(evidence("2026-11-20")),
        ..Default::default()
    }
}

async fn an_operator_records_an_earlier_subscription() {
    let scene = Indirect::open().await;
    let mut operator = scene.suite.operator().subscription();
    let recorded = operator.record_subscription(record(&scene)).await.unwrap().into_inner();
    let decision = recorded.decision.unwrap();
    assert_eq!((decision.boundary.as_str(), decision.as_of_date.as_str()), ("SubmitOrder", "2026-11-20"));
    let older = recorded.subscription.unwrap();
    assert_eq!((older.order.as_str(), older.reseller.as_str()), ("", ""));
    assert_eq!(
        (older.evidence.clone(), older.unit_price.clone()),
        (Some(evidence("2026-11-20")), Some(wire::money("EUR", 15_000_000)))
    );
    assert_eq!(older.term_end_time.unwrap().to_string(), "2027-11-20T00:00:00Z");

    // The recorded subscription behaves like any other: its parties read and manage the subscription, and the
    // subscription prevents the removal of the relationship that it depends on.
    let request = pb::GetSubscriptionRequest { name: older.name.clone() };
    let read = scene.contoso.people.subscription().get_subscription(request).await.unwrap().into_inner();
    let unkeyed = pb::Subscription { external_id: String::new(), ..older.clone() };
    assert_eq!(read.subscription, Some(unkeyed), "the operators' key is theirs");
    let relationship = scene.contoso.relationship(&scene.tailspin).await;
    let refused = scene.contoso.people.remove_relationship(&relationship, Some(attested())).await;
    assert!(refusal_of(refused).names("CUS-09"));
    suspend(&scene.fabrikam, &older.name)
        .await
        .expect("a designated reseller manages a recorded subscription");
    reactivate(&scene.contoso, &older.name).await.unwrap();
    associate(&scene.contoso, &older.name, scene.fabrikam.by_account()).await.unwrap();
    let entries = history(&scene.contoso, &older.name).await.unwrap();
    assert_eq!(entries[1].start_time.unwrap().to_string(), "2026-11-20T00:00:00Z");

    for again in
        [pb::RecordSubscriptionRequest { subscription_id: String::new(), ..record(&scene) }, record(&scene)]
    {
        let refusal = refusal_of(operator.record_subscription(again).await);
        assert_eq!(refusal.reason, "RESOURCE_ALREADY_EXISTS");
    }
    let refused = scene.contoso.people.subscription().record_subscription(record(&scene)).await;
    assert_eq!(refusal_of(refused).reason, "ROLE_MISSING");
}

async fn a_recorded_subscription_is_judged_by_the_rules_of_its_day() {
    let scene = Indirect::open().await;
    let mut operator = scene.suite.operator().subscription();
    // The customer accepted its agreement on 20 November 2026.
    let early = pb::RecordSubscriptionRequest { evidence: Some(evidence("2026-11-19")), ..record(&scene) };
    let refusal = refusal_of(operator.record_subscription(early).await);
    refusal.must_be(Code::FailedPrecondition, &[("CUS-10", "CUSTOMER_AGREEMENT_MISSING")]);
    let of_a_reseller =
        pb::RecordSubscriptionRequest { seller: scene.fabrikam.name.clone(), ..record(&scene) };
    assert!(refusal_of(operator.record_subscription(of_a_reseller).await).names("SAL-01"));
    let litware = scene.suite.direct_bill("litware", "DE").await.name;
    let of_a_stranger = pb::RecordSubscriptionRequest { seller: litware, ..record(&scene) };
    let refusal = refusal_of(operator.record_subscription(of_a_stranger).await);
    // The attestation of another partner does not serve the stranger.
    let missing = [("CUS-06", "RESELLER_RELATIONSHIP_MISSING"), ("CUS-10", "CUSTOMER_AGREEMENT_MISSING")];
    refusal.must_be(Code::FailedPrecondition, &missing);
    let later = pb::RecordSubscriptionRequest { evidence: Some(evidence("2026-11-22")), ..record(&scene) };
    assert_eq!(refusal_of(operator.record_subscription(later).await).fields, ["evidence.establish_date"]);
    let dry = pb::RecordSubscriptionRequest { validate_only: true, ..record(&scene) };
    operator.record_subscription(dry).await.unwrap();

    let mut withdrawn = offer(&mut operator, &scene.offer).await.unwrap().into_inner().offer.unwrap();
    withdrawn.withdrawn = true;
    import(&mut operator, &withdrawn).await.unwrap();
    assert!(
        refusal_of(scene.order(Some(&scene.fabrikam)).await).names("SUB-07"),
        "a withdrawn offer is not sold"
    );
    operator.record_subscription(record(&scene)).await.expect("the offer was sold on the day of the record");
}

async fn offer(selling: &mut Selling, name: &str) -> Answer<pb::GetOfferResponse> {
    selling.get_offer(pb::GetOfferRequest { name: name.to_owned() }).await
}

async fn import(selling: &mut Selling, offer: &pb::Offer) -> Answer<pb::ImportOffersResponse> {
    let request = pb::ImportOffersRequest { offers: vec![offer.clone()], ..Default::default() };
    selling.import_offers(request).await
}

async fn get_cart(seller: &Seller, name: &str) -> Answer<pb::GetCartResponse> {
    seller.people.subscription().get_cart(pb::GetCartRequest { name: name.to_owned() }).await
}

async fn history(seller: &Seller, name: &str) -> Result<Vec<pb::ResellerOfRecord>, Refusal> {
    let request = pb::ListResellerOfRecordHistoryRequest { parent: name.to_owned(), ..Default::default() };
    let listed = seller.people.subscription().list_reseller_of_record_history(request).await;
    listed.map(|listed| listed.into_inner().entries).map_err(Refusal::from)
}
