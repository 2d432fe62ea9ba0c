//! How many questions to the peers a read and an act need, by the caller's rights.

use std::collections::BTreeMap;

use csp_proto::policy::v1::Decision;
use csp_proto::subscription::v1 as pb;
use csp_service::played::{admin_grant, relationship};
use csp_service::{Call, Fault, wire};
use csp_store::decision;
use prost::Message;

use crate::fixtures::{NORTHWIND_SERVES, TAILSPIN, World, agent, customer, line, order, world};
use crate::order::tests::buy;
use crate::subscription;

const GRANT: &str = "customers/tailspin/adminGrants/northwind";

/// Tailspin hires Northwind, with this role.
fn hire(world: &World, role: &str) {
    let serves = relationship(NORTHWIND_SERVES, "partners/northwind", "", TAILSPIN);
    world.peers.state().admin_grants = vec![admin_grant(GRANT, &serves, role)];
}

/// The questions to the peers since the last call of this function, by RPC.
fn asked(world: &World) -> BTreeMap<&'static str, usize> {
    std::mem::take(&mut world.peers.state().asked)
}

async fn read(world: &World, call: &Call, name: &str) -> Result<(), Fault> {
    let get = pb::GetSubscriptionRequest { name: name.to_owned() };
    subscription::get(&world.service, call, get).await.map(drop)
}

async fn list(world: &World, call: &Call) -> usize {
    let request = pb::ListSubscriptionsRequest { parent: TAILSPIN.to_owned(), ..Default::default() };
    subscription::list(&world.service, call, request).await.unwrap().subscriptions.len()
}

#[tokio::test]
async fn an_own_read_asks_no_peer_and_a_foreign_read_one_question_more_when_a_grant_is_live() {
    let world = world().await.with_offers().await;
    let name = buy(&world, order(vec![line("mail", 10)])).await.unwrap().subscriptions[0].name.clone();
    asked(&world);
    for own in [agent("contoso", "Get"), agent("fabrikam", "Get"), customer("tailspin", "Get")] {
        read(&world, &own, &name).await.unwrap();
        assert_eq!(asked(&world), BTreeMap::new(), "{:?}", own.caller.party);
    }
    let foreign = agent("northwind", "Get");
    assert!(matches!(read(&world, &foreign, &name).await, Err(Fault::NotFound { .. })));
    assert_eq!(asked(&world), BTreeMap::from([("GetCustomerAccess", 1)]));
    assert_eq!(list(&world, &foreign).await, 0);
    assert_eq!(asked(&world), BTreeMap::from([("GetCustomerAccess", 1)]));
    hire(&world, "helpdesk-administrator");
    read(&world, &foreign, &name).await.unwrap();
    assert_eq!(asked(&world), BTreeMap::from([("GetCustomerAccess", 1), ("GetFacts", 1)]));
    assert_eq!(list(&world, &foreign).await, 1);
    assert_eq!(asked(&world), BTreeMap::from([("GetCustomerAccess", 1), ("GetFacts", 1)]));
}

#[tokio::test]
async fn an_act_on_the_customers_behalf_asks_each_peer_once_and_stores_every_fact_that_it_read() {
    let world = world().await.with_offers().await;
    let name = buy(&world, order(vec![line("mail", 10)])).await.unwrap().subscriptions[0].name.clone();
    hire(&world, "billing-administrator");
    asked(&world);
    let suspend = pb::SuspendSubscriptionRequest { name: name.clone(), ..Default::default() };
    let call = agent("northwind", "SuspendSubscription");
    let decision = subscription::suspend(&world.service, &call, suspend).await.unwrap().decision.unwrap();
    assert_eq!(asked(&world), BTreeMap::from([("GetCustomerAccess", 1), ("GetFacts", 1)]));
    assert_eq!(decision.revisions, [], "only operators see the names of the facts");
    let mut reader = world.service.book.store.read_once().await.unwrap();
    let stored = decision::get(&mut reader, wire::id_of(&decision.name)).await.unwrap().unwrap();
    let whole = Decision::decode(stored.body.as_slice()).unwrap();
    let read: Vec<&str> = whole.revisions.iter().map(|read| read.resource.as_str()).collect();
    let own = [name.as_str(), NORTHWIND_SERVES, GRANT];
    let companies = ["organizations/contoso", "organizations/northwind"];
    let partners =
        ["contoso", "northwind"].map(|id| [format!("partners/{id}"), format!("partners/{id}/agreement")]);
    let partners: Vec<&str> = partners.iter().flatten().map(String::as_str).collect();
    assert_eq!(read, [own.as_slice(), &companies, &partners].concat(), "{whole:?}");
    let actor = decision.caller.unwrap();
    assert_eq!((actor.on_behalf_of.as_str(), actor.admin_grant.as_str()), (TAILSPIN, GRANT));
}
