//! A sale to an existing subscription costs what an order costs, and follows the offer's present version; a
//! reseller of record that does not serve the customer is told.

use std::collections::BTreeMap;

use csp_policy::Caller;
use csp_proto::internal::customer::v1::{AcceptanceFacts, CustomerFacts};
use csp_proto::internal::subscription::v1::PreviewOrderRequest;
use csp_proto::policy::v1::{AdvisoryReason, Decision};
use csp_proto::subscription::v1 as pb;
use csp_service::Call;
use csp_service::order::Reseller;

use super::seats::{bought, change};
use crate::fixtures::{FABRIKAM_SERVES, World, agent, line, offer, order, world};
use crate::order::preview;
use crate::order::tests::{associate, buy, reasons};
use crate::{offer as offers, subscription};

fn asked(world: &World) -> BTreeMap<&'static str, usize> {
    world.peers.state().asked.clone()
}

async fn import(world: &World, offer: pb::Offer) {
    let request = pb::ImportOffersRequest { offers: vec![offer], ..Default::default() };
    let call = Call::made_by(Caller::operator(), "op", "ImportOffers");
    offers::import(&world.service, &call, request).await.unwrap();
}

#[tokio::test]
async fn an_increase_asks_the_peers_what_an_order_asks() {
    let world = world().await.with_offers().await;
    let name = bought(&world, "mail", 10).await;
    let before = asked(&world);
    change(&world, &name, 11).await.unwrap();
    let of_increase = asked(&world);
    buy(&world, order(vec![line("mail", 1)])).await.unwrap();
    let of_order = asked(&world);
    let calls = |one: &BTreeMap<&'static str, usize>, other: &BTreeMap<&'static str, usize>| {
        other.iter().map(|(rpc, count)| (*rpc, count - one.get(rpc).unwrap_or(&0))).collect::<Vec<_>>()
    };
    assert_eq!(calls(&before, &of_increase), calls(&of_increase, &of_order));
}

#[tokio::test]
async fn a_withdrawn_offer_gets_seats_until_the_running_term_ends() {
    let world = world().await.with_offers().await;
    let name = bought(&world, "mail", 10).await;
    world.pass(24);
    import(&world, pb::Offer { withdrawn: true, ..offer("mail") }).await;
    let refused = buy(&world, order(vec![line("mail", 1)])).await.unwrap_err();
    assert_eq!(reasons(&refused), ["OFFER_NOT_IN_COUNTRY", "OFFER_NOT_IN_COUNTRY"]);
    assert_eq!(change(&world, &name, 11).await.unwrap().quantity, 11);
    world.pass(24 * 366);
    let refused = change(&world, &name, 12).await.unwrap_err();
    assert_eq!(reasons(&refused), ["OFFER_NOT_IN_COUNTRY", "OFFER_NOT_IN_COUNTRY"]);
    assert_eq!(
        change(&world, &name, 10).await.unwrap().quantity,
        10,
        "after the renewal, seats are given back"
    );
}

fn told(decision: Option<Decision>) -> Vec<AdvisoryReason> {
    decision.unwrap().advisories.iter().map(|notice| notice.reason()).collect()
}

#[tokio::test]
async fn a_reseller_of_record_that_does_not_serve_the_customer_is_told() {
    let world = world().await.with_offers().await;
    let name = bought(&world, "mail", 10).await;
    world.cut(FABRIKAM_SERVES);
    let unserved = [AdvisoryReason::ResellerDoesNotServeCustomer];
    let preview = pb::SubmitOrderRequest { validate_only: true, ..order(vec![line("mail", 1)]) };
    assert_eq!(told(buy(&world, preview).await.unwrap().decision), unserved);
    let request = pb::AssociateResellerRequest {
        validate_only: true,
        ..associate(&name, Reseller::MpnId("5551".to_owned()))
    };
    let call = agent("contoso", "AssociateReseller");
    let answer = subscription::associate_reseller(&world.service, &call, request).await.unwrap();
    assert_eq!(told(answer.decision), unserved);
}

#[tokio::test]
async fn the_reseller_of_a_creation_serves_the_customer_to_be() {
    let world = world().await.with_offers().await;
    let agreed = AcceptanceFacts { since_date: "2023-01-01".to_owned(), ..Default::default() };
    let newcomer = CustomerFacts {
        revision: 0,
        acceptances: vec![agreed],
        ..csp_service::played::customer("wingtip", "wingtip", "FR")
    };
    for (reseller, notices) in [
        ("partners/fabrikam", vec![]),
        ("partners/northwind", vec![AdvisoryReason::ResellerDoesNotServeCustomer]),
        ("", vec![AdvisoryReason::ResellerDoesNotServeCustomer]),
    ] {
        let request = PreviewOrderRequest {
            order: order(vec![line("mail", 1)]).order,
            seller: "partners/contoso".to_owned(),
            customer: Some(newcomer.clone()),
            reseller: reseller.to_owned(),
        };
        let call = agent("contoso", "AddCustomerWithOrder");
        let previewed = preview(&world.service, &call, request).await.unwrap();
        assert_eq!(told(previewed.decision), notices, "{reseller}");
    }
}
