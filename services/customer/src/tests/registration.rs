//! A tenant that accepts an invitation is registered completely or not at all, with the details of the last
//! call.

use csp_policy::{Caller, Party, Role};
use csp_proto::internal::customer::v1 as internal;
use csp_service::Call;

use super::*;

const TENANT: &str = "tailspin.example";

fn acceptance(domain: &str) -> internal::RegisterInvitedRequest {
    let mut profile = profile();
    profile.tenant.as_mut().unwrap().domains = vec![domain.to_owned()];
    internal::RegisterInvitedRequest {
        profile: Some(profile),
        invitation: "invitations/i".to_owned(),
        ..Default::default()
    }
}

impl Scene {
    async fn register(&self, domain: &str) -> Result<internal::RegisterInvitedResponse> {
        let party = Party::Customer { tenant: TENANT.to_owned() };
        let caller = Caller { party, roles: vec![Role::GlobalAdmin] };
        let call = Call::made_by(caller, "carl", "RegisterInvited");
        creation::register_invited(&self.service, &call, acceptance(domain)).await
    }

    /// Interrupts a registration: the registry made the claims, and its answer was lost.
    async fn registration_stops_half_way(&self, domain: &str) {
        self.peers.behave("ClaimCustomer", Mood::Away);
        self.register(domain).await.unwrap_err();
        self.peers.behave("ClaimCustomer", Mood::Willing);
        let mut reader = self.service.book.store.read_once().await.unwrap();
        let row = crate::creation::table::registrations(&mut reader, TENANT).await.unwrap().remove(0);
        let customer = format!("customers/{}", row.customer);
        let mut state = self.peers.state();
        state.claims.insert(TENANT.to_owned(), customer.clone());
        state.claims.insert(domain.to_owned(), customer);
    }

    fn holds(&self, key: &str) -> Option<String> {
        self.peers.state().claims.get(key).cloned()
    }
}

#[tokio::test]
async fn a_tenant_is_registered_once() {
    let scene = Scene::set().await;
    let first = scene.register("toys.example").await.unwrap().customer.unwrap();
    assert_eq!(scene.register("toys.example").await.unwrap().customer.as_ref(), Some(&first));
    assert_eq!(scene.holds("toys.example"), Some(first.name));
    assert_eq!(scene.resume().await, 0, "no operation is left to resume");
}

#[tokio::test]
async fn a_domain_that_only_an_earlier_registration_claimed_is_free_again() {
    let scene = Scene::set().await;
    scene.registration_stops_half_way("typo.example").await;
    let registered = scene.register("toys.example").await.unwrap().customer.unwrap();
    assert_eq!(scene.holds("toys.example"), Some(registered.name));
    assert_eq!(scene.holds("typo.example"), None);
}

#[tokio::test]
async fn a_repeated_registration_with_equal_details_continues_the_first() {
    let scene = Scene::set().await;
    scene.registration_stops_half_way("toys.example").await;
    let earlier = scene.holds("toys.example");
    let registered = scene.register("toys.example").await.unwrap().customer.unwrap();
    assert_eq!(Some(registered.name), earlier);
}

#[tokio::test]
async fn an_interrupted_registration_is_undone_after_its_lease_expires() {
    let scene = Scene::set().await;
    scene.registration_stops_half_way("toys.example").await;
    scene.clock.set(scene.clock.now() + SignedDuration::from_secs(LEASE_SECONDS)).unwrap();
    assert_eq!(scene.resume().await, 1);
    scene.nothing_is_left();
    assert_eq!(scene.peers.state().released.len(), 1);
    scene.register("toys.example").await.unwrap();
}

#[tokio::test]
async fn a_domain_of_another_customer_is_reported_and_nothing_is_claimed() {
    let scene = Scene::set().await;
    scene.peers.state().claims.insert("taken.example".to_owned(), "customers/other".to_owned());
    let refused = scene.register("taken.example").await.unwrap();
    assert_eq!((refused.customer, refused.domain_customer.as_str()), (None, "customers/other"));
    assert_eq!(scene.holds(TENANT), None);
    assert!(scene.register("toys.example").await.unwrap().customer.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_registrations_of_a_tenant_create_one_customer() {
    let scene = Scene::set().await;
    let (one, other) = tokio::join!(scene.register("toys.example"), scene.register("toys.example"));
    assert_eq!(one.unwrap().customer, other.unwrap().customer);
}
