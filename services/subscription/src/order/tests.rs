//! Orders create subscriptions for all lines or for none, and are visible to their parties only.

use csp_policy::Caller;
use csp_proto::policy::v1::AdvisoryReason;
use csp_proto::subscription::v1 as pb;
use csp_proto::subscription::v1::order_draft::Content;
use csp_service::order::Reseller;
use csp_service::{Call, Fault, Result, wire};

use crate::fixtures::{TAILSPIN, World, agent, customer, line, order, order_of, world};
use crate::{order, subscription};

pub(crate) async fn buy(world: &World, request: pb::SubmitOrderRequest) -> Result<pb::SubmitOrderResponse> {
    order::submit(&world.service, &agent("contoso", "SubmitOrder"), request).await
}

pub(crate) fn reasons(fault: &Fault) -> Vec<&'static str> {
    match fault {
        Fault::Refused(refused) => {
            refused.decision.violations.iter().map(|broken| broken.finding.reason.as_str()).collect()
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn each_line_becomes_a_subscription() {
    let world = world().await.with_offers().await;
    let request = order(vec![line("mail", 10), line("archive", 5)]);
    let bought = buy(&world, request).await.unwrap();
    let names: Vec<_> = bought.subscriptions.iter().map(|bought| bought.name.clone()).collect();
    assert_eq!(bought.order.as_ref().unwrap().subscriptions, names);
    let first = &bought.subscriptions[0];
    assert_eq!(
        (first.quantity, first.term(), first.state()),
        (10, pb::Term::P1y, pb::SubscriptionState::Active)
    );
    assert_eq!(first.reseller, "partners/fabrikam");
    assert_eq!(first.term_end_time.unwrap().seconds - first.create_time.unwrap().seconds, 366 * 86_400);
    assert_eq!(first.cancel_until_time.unwrap().seconds - first.create_time.unwrap().seconds, 168 * 3600);
    assert!(bought.order.unwrap().decision.starts_with("decisions/subscription-"));
}

#[tokio::test]
async fn a_refused_order_creates_no_subscription() {
    let world = world().await.with_offers().await;
    world.cut(crate::fixtures::CONTOSO_SERVES);
    let mut request = order(vec![line("mail", 10), line("archive", 301)]);
    request.order.as_mut().unwrap().attested_capacity = pb::Capacity::Direct.into();
    let refused = buy(&world, request).await.unwrap_err();
    assert_eq!(
        reasons(&refused),
        ["RESELLER_RELATIONSHIP_MISSING", "QUANTITY_OUT_OF_RANGE", "ATTESTATION_MISSING"]
    );
    let call = agent("contoso", "ListSubscriptions");
    let listed = subscription::list(&world.service, &call, all_customers()).await.unwrap();
    assert!(listed.subscriptions.is_empty());
}

#[tokio::test]
async fn a_repeated_order_gets_the_first_answer_and_a_used_external_id_is_refused() {
    let world = world().await.with_offers().await;
    let request = pb::SubmitOrderRequest {
        request_id: "r1".to_owned(),
        external_id: "PO-1".to_owned(),
        ..order(vec![line("mail", 10)])
    };
    let first = buy(&world, request.clone()).await.unwrap();
    assert_eq!(buy(&world, request.clone()).await.unwrap(), first);
    let again = pb::SubmitOrderRequest { request_id: "r2".to_owned(), ..request };
    assert!(matches!(buy(&world, again).await, Err(Fault::AlreadyExists { .. })));
}

#[tokio::test]
async fn an_unenrolled_partner_gets_the_same_refusal_for_known_and_unknown_customers() {
    let world = world().await.with_offers().await;
    let request = order(vec![line("mail", 1)]);
    let outside = agent("stranger", "SubmitOrder");
    let refused = order::submit(&world.service, &outside, request.clone()).await.unwrap_err();
    assert_eq!(reasons(&refused), ["PARTNER_NOT_ENROLLED"]);
    let unknown = pb::SubmitOrderRequest { parent: "customers/nobody".to_owned(), ..request };
    let refused = order::submit(&world.service, &outside, unknown.clone()).await.unwrap_err();
    assert_eq!(reasons(&refused), ["PARTNER_NOT_ENROLLED"]);
    assert!(matches!(buy(&world, unknown).await, Err(Fault::NotFound { resource_type: "customer", .. })));
}

#[tokio::test]
async fn an_order_is_visible_only_to_its_seller_its_reseller_and_its_customer() {
    let world = world().await.with_offers().await;
    let bought = buy(&world, order(vec![line("mail", 10)])).await.unwrap();
    let name = bought.order.unwrap().name;
    for (call, sees) in [
        (agent("contoso", "GetOrder"), true),
        (agent("fabrikam", "GetOrder"), true),
        (agent("northwind", "GetOrder"), false),
        (customer("tailspin", "GetOrder"), true),
        (customer("wingtip", "GetOrder"), false),
        // A customer is not mistaken for a partner whose tenant has the same name.
        (customer("contoso-csp", "GetOrder"), false),
    ] {
        let got = order::get(&world.service, &call, pb::GetOrderRequest { name: name.clone() }).await;
        assert_eq!(got.is_ok(), sees, "{call:?}");
        for parent in ["customers/-", TAILSPIN] {
            let request = pb::ListOrdersRequest { parent: parent.to_owned(), ..Default::default() };
            let listed = order::list(&world.service, &call, request).await.unwrap();
            assert_eq!(listed.orders.len(), usize::from(sees), "{call:?}");
        }
    }
}

#[tokio::test]
async fn subscriptions_are_listed_newest_first_in_pages() {
    let world = world().await.with_offers().await;
    for quantity in 1..=5 {
        buy(&world, order(vec![line("mail", quantity)])).await.unwrap();
        world.pass(1);
    }
    let call = agent("fabrikam", "ListSubscriptions");
    let mut request = pb::ListSubscriptionsRequest { page_size: 2, ..all_customers() };
    let mut seats = Vec::new();
    loop {
        let page = subscription::list(&world.service, &call, request.clone()).await.unwrap();
        seats.extend(page.subscriptions.iter().map(|listed| listed.quantity));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(seats, [5, 4, 3, 2, 1]);
}

/// Contoso sells without a reseller, which the setting `require_reseller` permits here. Returns the
/// subscription's name.
pub(crate) async fn sold_directly(world: &mut World) -> String {
    world.service.settings.require_reseller = false;
    let lines = vec![line("mail", 10)];
    let request = order_of(Content::Lines(pb::OrderLines { lines }), None);
    let bought = buy(world, request).await.unwrap();
    let notices = bought.decision.unwrap().advisories;
    assert_eq!((notices.len(), notices[0].reason()), (1, AdvisoryReason::NoResellerNamed));
    bought.subscriptions[0].name.clone()
}

pub(crate) fn associate(name: &str, reseller: Reseller) -> pb::AssociateResellerRequest {
    pb::AssociateResellerRequest {
        name: name.to_owned(),
        reseller_of_record: Some(reseller.into()),
        ..Default::default()
    }
}

/// The first page of all subscriptions that live.
fn all_customers() -> pb::ListSubscriptionsRequest {
    pb::ListSubscriptionsRequest { parent: "customers/-".to_owned(), ..Default::default() }
}

#[tokio::test]
async fn the_reseller_of_record_has_a_history() {
    let mut world = world().await.with_offers().await;
    let name = sold_directly(&mut world).await;
    world.pass(24);
    let associate = |mpn: &str| associate(&name, Reseller::MpnId(mpn.to_owned()));
    let call = agent("contoso", "AssociateReseller");
    let unknown =
        subscription::associate_reseller(&world.service, &call, associate("4711")).await.unwrap_err();
    assert_eq!(reasons(&unknown), ["MPN_ID_UNKNOWN"]);
    for _ in 0..2 {
        // The second time Fabrikam is already the reseller of record, and the revision stays.
        let done = subscription::associate_reseller(&world.service, &call, associate("5551")).await.unwrap();
        let subscription = done.subscription.unwrap();
        assert_eq!((subscription.revision, subscription.reseller.as_str()), (2, "partners/fabrikam"));
    }
    let mut request =
        pb::ListResellerOfRecordHistoryRequest { parent: name.clone(), page_size: 1, ..Default::default() };
    let call = agent("fabrikam", "ListResellerOfRecordHistory");
    let mut entries = Vec::new();
    for _ in 0..2 {
        let page = subscription::list_resellers(&world.service, &call, request.clone()).await.unwrap();
        entries.extend(page.entries);
        request.page_token = page.next_page_token;
    }
    assert_eq!(request.page_token, "");
    assert_eq!((entries[0].reseller.as_str(), entries[0].end_time), ("partners/fabrikam", None));
    assert_eq!((entries[1].reseller.as_str(), entries[1].end_time), ("", entries[0].start_time));
}

#[tokio::test]
async fn a_designated_reseller_sees_a_subscription_that_does_not_name_it() {
    let mut world = world().await.with_offers().await;
    let name = sold_directly(&mut world).await;
    let call = agent("fabrikam", "GetSubscription");
    let get = pb::GetSubscriptionRequest { name };
    subscription::get(&world.service, &call, get.clone()).await.unwrap();
    let of_customer = pb::ListSubscriptionsRequest { parent: TAILSPIN.to_owned(), ..Default::default() };
    let listed = subscription::list(&world.service, &call, of_customer.clone()).await.unwrap();
    assert_eq!(listed.subscriptions.len(), 1);
    world.cut(crate::fixtures::FABRIKAM_SERVES);
    assert!(matches!(subscription::get(&world.service, &call, get).await, Err(Fault::NotFound { .. })));
    let listed = subscription::list(&world.service, &call, of_customer).await.unwrap();
    assert!(listed.subscriptions.is_empty());
}

#[tokio::test]
async fn an_external_id_is_shown_to_its_seller_only_and_finds_its_order() {
    let world = world().await.with_offers().await;
    for key in ["PO-1", "PO-2"] {
        let keyed = pb::OrderLine { external_id: format!("{key}-line"), ..line("mail", 1) };
        let request = pb::SubmitOrderRequest { external_id: key.to_owned(), ..order(vec![keyed]) };
        let bought = buy(&world, request).await.unwrap();
        world.pass(1);
        let order = bought.order.unwrap();
        let line = &order.lines[0].line.as_ref().unwrap().external_id;
        assert_eq!(
            (order.external_id.as_str(), line.as_str()),
            (key, bought.subscriptions[0].external_id.as_str())
        );
    }
    let operator = Call::made_by(Caller::operator(), "op", "ListOrders");
    for (call, external_id, keys) in [
        (agent("contoso", "ListOrders"), "", vec!["PO-2", "PO-1"]),
        (agent("contoso", "ListOrders"), "PO-2", vec!["PO-2"]),
        (agent("contoso", "ListOrders"), "PO-3", vec![]),
        (agent("fabrikam", "ListOrders"), "", vec!["", ""]),
        (agent("fabrikam", "ListOrders"), "PO-2", vec![]),
        (customer("tailspin", "ListOrders"), "", vec!["", ""]),
        (customer("tailspin", "ListOrders"), "PO-2", vec![]),
        (operator.clone(), "", vec!["", ""]),
        (operator, "PO-2", vec![]),
    ] {
        let mut orders = Vec::new();
        for parent in ["customers/-", TAILSPIN] {
            let filter = pb::OrderFilter { external_id: external_id.to_owned(), ..Default::default() };
            let request = pb::ListOrdersRequest {
                parent: parent.to_owned(),
                filter: Some(filter),
                ..Default::default()
            };
            orders = order::list(&world.service, &call, request).await.unwrap().orders;
            let shown: Vec<_> = orders.iter().map(|order| order.external_id.as_str()).collect();
            assert_eq!(shown, keys, "{external_id} for {call:?}");
        }
        let lines = orders.iter().flat_map(|order| &order.lines);
        for line in lines {
            let key = &line.line.as_ref().unwrap().external_id;
            assert_eq!(key.is_empty(), !call.caller.is_partner("contoso-csp"));
        }
    }
}

#[tokio::test]
async fn an_order_by_account_takes_its_one_location_and_none_of_several() {
    let world = world().await.with_offers().await;
    let by_account = |account: &str| {
        let lines = pb::OrderLines { lines: vec![line("mail", 1)] };
        order_of(Content::Lines(lines), Some(Reseller::Account(account.to_owned())))
    };
    let bought = buy(&world, by_account("partners/fabrikam")).await.unwrap();
    let placed = bought.order.unwrap();
    assert_eq!((placed.reseller.as_str(), placed.reseller_mpn_id.as_str()), ("partners/fabrikam", "5551"));
    let unknown = buy(&world, by_account("partners/nobody")).await.unwrap_err();
    assert_eq!(reasons(&unknown), ["MPN_ID_AMBIGUOUS"]);
    let own = buy(&world, by_account("partners/contoso")).await.unwrap_err();
    assert_eq!(reasons(&own), ["MPN_ID_AMBIGUOUS"]);
    world.peers.state().partners[1].location_mpn_ids.push("5552".to_owned());
    let several = buy(&world, by_account("partners/fabrikam")).await.unwrap_err();
    assert_eq!(reasons(&several), ["MPN_ID_AMBIGUOUS"]);
    let call = agent("contoso", "AssociateReseller");
    let request = associate(&bought.subscriptions[0].name, Reseller::Account("partners/fabrikam".to_owned()));
    let several = subscription::associate_reseller(&world.service, &call, request).await.unwrap_err();
    assert_eq!(reasons(&several), ["MPN_ID_AMBIGUOUS"]);
}

#[tokio::test]
async fn an_order_is_quoted_when_it_is_previewed_and_when_it_is_placed() {
    let world = world().await.with_offers().await;
    let request =
        order(vec![line("mail", 10), pb::OrderLine { term: pb::Term::P1m.into(), ..line("trial", 2) }]);
    let preview = pb::SubmitOrderRequest { validate_only: true, ..request.clone() };
    let previewed = buy(&world, preview).await.unwrap().quote.unwrap();
    let placed = buy(&world, request).await.unwrap();
    let quote = placed.quote.unwrap();
    assert_eq!(quote, previewed);
    assert_eq!(quote.monthly_totals, [wire::money("EUR", 12 * 31_000_000)]);
    assert_eq!(quote.refund, None);
    let ends: Vec<_> = quote.lines.iter().map(|line| line.term_end_time).collect();
    assert_eq!(ends, placed.subscriptions.iter().map(|bought| bought.term_end_time).collect::<Vec<_>>());
}

/// The id of an order is unique among those of its customer only.
#[tokio::test]
async fn an_id_is_no_probe_of_another_customers_orders() {
    let world = world().await.with_offers().await;
    let named = pb::SubmitOrderRequest { order_id: "o1".to_owned(), ..order(vec![line("mail", 1)]) };
    buy(&world, named.clone()).await.unwrap();
    assert!(matches!(buy(&world, named.clone()).await, Err(Fault::AlreadyExists { .. })));
    let elsewhere = pb::SubmitOrderRequest { parent: "customers/nobody".to_owned(), ..named };
    assert!(matches!(buy(&world, elsewhere).await, Err(Fault::NotFound { .. })));
}

#[tokio::test]
async fn a_malformed_order_reports_every_violation() {
    let world = world().await.with_offers().await;
    let mut request = order(vec![line("mail", -1), pb::OrderLine { term: 99, ..line("Mail", 1) }]);
    request.order_id = "No!".to_owned();
    let Err(Fault::Invalid(violations)) = buy(&world, request).await else { panic!("accepted") };
    let fields: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "order_id",
            "order.lines.lines[0].quantity",
            "order.lines.lines[1].offer",
            "order.lines.lines[1].term"
        ]
    );
    let triennial = pb::OrderLine { term: pb::Term::P3y.into(), ..line("mail", 1) };
    assert!(matches!(buy(&world, order(vec![triennial])).await, Err(Fault::Invalid(_))));
    let unknown = buy(&world, order(vec![line("nothing", 1)])).await;
    assert!(matches!(unknown, Err(Fault::NotFound { resource_type: "offer", .. })));
}

#[tokio::test]
async fn only_a_reseller_that_serves_the_customer_becomes_support_contact() {
    let world = world().await.with_offers().await;
    let bought = buy(&world, order(vec![line("mail", 10)])).await.unwrap();
    let request = |contact: &str| pb::SetSupportContactRequest {
        name: bought.subscriptions[0].name.clone(),
        support_contact: Some(contact.to_owned()),
        ..Default::default()
    };
    let call = agent("fabrikam", "SetSupportContact");
    let set =
        subscription::set_support_contact(&world.service, &call, request("partners/fabrikam")).await.unwrap();
    assert_eq!(set.subscription.unwrap().support_contact, "partners/fabrikam");
    let refused = subscription::set_support_contact(&world.service, &call, request("partners/northwind"))
        .await
        .unwrap_err();
    assert_eq!(reasons(&refused), ["SUPPORT_CONTACT_NOT_ELIGIBLE"]);
}
