//! Removals that are interrupted half-way or run concurrently. The clock stands still unless a test moves it.

use std::sync::Arc;

use csp_policy::Caller;
use csp_proto::internal::relationship::v1 as internal;
use csp_proto::relationship::v1 as pb;
use csp_service::played::EdgeGuard;
use csp_service::{Call, Fault, Result};
use csp_store::journal;
use jiff::SignedDuration;

use crate::customer_edges::get_edges;
use crate::fixtures::house::House;
use crate::fixtures::{at, partner};
use crate::peers::KnownCustomer;
use crate::reseller_relationship::{self, Origin, ResellerRelationship};

type Removed = Result<pb::RemoveResellerRelationshipResponse>;

/// Contoso has an active relationship with Tailspin.
struct Served {
    house: House,
    relationship: String,
}

impl Served {
    async fn open() -> Arc<Served> {
        let house = House::open().await;
        let relationship = house.establish("o").await.unwrap().relationships.remove(0).name;
        Arc::new(Served { house, relationship })
    }

    fn orders(&self) -> &EdgeGuard {
        &self.house.orders
    }

    async fn remove(&self, request_id: &str) -> Removed {
        self.remove_because(request_id, "moved on").await
    }

    async fn remove_because(&self, request_id: &str, reason: &str) -> Removed {
        self.remove_as("olga", request_id, reason).await
    }

    async fn remove_as(&self, operator: &str, request_id: &str, reason: &str) -> Removed {
        let request = pb::RemoveResellerRelationshipRequest {
            name: self.relationship.clone(),
            reason: reason.to_owned(),
            request_id: request_id.to_owned(),
            ..Default::default()
        };
        let call = Call::made_by(Caller::operator(), operator, "RemoveResellerRelationship");
        reseller_relationship::remove(&self.house.service, &call, request).await
    }

    /// A removal that has closed the relationship for orders and waits for the subscription service's answer.
    async fn half_a_removal(self: &Arc<Self>, request_id: &'static str) -> tokio::task::JoinHandle<Removed> {
        let closed = self.orders().leave_unanswered(self.orders().closes().len() + 1);
        let served = Arc::clone(self);
        let removal = tokio::spawn(async move { served.remove(request_id).await });
        closed.await;
        removal
    }

    /// A removal whose process stops after the removal has closed the relationship for orders.
    async fn interrupted(self: &Arc<Self>, request_id: &'static str) {
        let removal = self.half_a_removal(request_id).await;
        removal.abort();
        assert!(removal.await.unwrap_err().is_cancelled());
    }

    async fn preview(&self) -> Removed {
        let request = pb::RemoveResellerRelationshipRequest {
            name: self.relationship.clone(),
            reason: "moved on".to_owned(),
            validate_only: true,
            ..Default::default()
        };
        let call = Call::made_by(Caller::operator(), "olga", "RemoveResellerRelationship");
        reseller_relationship::remove(&self.house.service, &call, request).await
    }

    /// The number of journal entries that say that the relationship was removed.
    async fn removals(&self) -> usize {
        let mut reader = self.house.service.book.store.read().await.unwrap();
        let entries =
            journal::of_resource(&mut reader, &self.relationship, journal::START, 10).await.unwrap();
        entries.iter().filter(|entry| entry.method.ends_with("/RemoveResellerRelationship")).count()
    }

    async fn is_in_force(&self) -> bool {
        let request = internal::GetEdgesRequest {
            provider: "partners/contoso".to_owned(),
            customer: "customers/tailspin".to_owned(),
            ..Default::default()
        };
        let edges = get_edges(&self.house.service, request).await.unwrap();
        edges.provider_relationship.is_some_and(|edge| edge.active)
    }

    fn pass(&self, time: SignedDuration) {
        let clock = &self.house.service.book.clock;
        clock.set(clock.now() + time).unwrap();
    }
}

fn must_wait(removed: &Removed) -> bool {
    matches!(removed, Err(Fault::LostRace { .. }))
}

#[tokio::test]
async fn a_repeat_takes_over_an_interrupted_removal() {
    let served = Served::open().await;
    served.interrupted("first").await;
    assert_eq!((served.removals().await, served.is_in_force().await), (0, true));

    let ended = served.remove("first").await.unwrap();
    assert_eq!(served.remove("first").await.unwrap(), ended, "a repeat gets the stored answer");
    assert_eq!((served.removals().await, served.is_in_force().await), (1, false));
    let closes = served.orders().closes();
    assert!(matches!(closes[..], [first, second] if first < second), "{closes:?}");
}

/// Negative control: a removal that does not repeat the interrupted request waits until the lease expires. A
/// removal holds its relationship by a lease of five minutes.
#[tokio::test]
async fn another_request_waits_until_the_lease_of_the_interrupted_removal_expires() {
    let served = Served::open().await;
    served.interrupted("first").await;
    for (other, ended) in [
        ("another id", served.remove("second").await),
        ("no id", served.remove("").await),
        ("other content under the id", served.remove_because("first", "changed its mind").await),
        ("another caller", served.remove_as("otto", "first", "moved on").await),
    ] {
        assert!(must_wait(&ended), "{other}: {ended:?}");
    }
    served.pass(SignedDuration::from_mins(5));
    assert!(must_wait(&served.remove("second").await), "a lease of exactly five minutes has not expired yet");
    assert_eq!((served.removals().await, served.orders().closes().len()), (0, 1));

    served.pass(SignedDuration::from_micros(1));
    served.remove("second").await.unwrap();
    assert_eq!((served.removals().await, served.is_in_force().await), (1, false));
}

#[tokio::test]
async fn an_interrupted_removal_without_a_request_id_is_taken_over_only_once_its_lease_expires() {
    let served = Served::open().await;
    served.interrupted("").await;
    for request_id in ["", "first"] {
        assert!(must_wait(&served.remove(request_id).await), "`{request_id}`");
    }
    served.pass(SignedDuration::from_mins(5) + SignedDuration::from_micros(1));
    assert_eq!(served.house.service.reopen_abandoned(|| true).await.unwrap(), 1);
    served.remove("").await.unwrap();
    assert_eq!(served.removals().await, 1);
}

#[tokio::test]
async fn a_removal_displaced_by_its_repeat_gets_the_repeats_answer() {
    let served = Served::open().await;
    let displaced = served.half_a_removal("first").await;
    let ended = served.remove("first").await.unwrap();
    served.orders().answer_all();
    assert_eq!(displaced.await.unwrap().unwrap(), ended);
    assert_eq!((served.removals().await, served.is_in_force().await), (1, false));
    assert!(served.orders().is_closed(), "the displaced removal does not reopen the relationship");
}

/// If it did, two concurrent repeats could displace each other forever.
#[tokio::test]
async fn a_displaced_removal_does_not_displace_its_repeat() {
    let served = Served::open().await;
    let displaced = served.half_a_removal("first").await;
    let repeat = served.half_a_removal("first").await;
    served.orders().answer(1);
    let displaced = displaced.await.unwrap();
    assert!(must_wait(&displaced), "{displaced:?}");
    assert_eq!((served.removals().await, served.orders().closes().len()), (0, 2));
    served.orders().answer_all();
    let ended = repeat.await.unwrap().unwrap();
    assert_eq!(served.remove("first").await.unwrap(), ended);
    assert_eq!(served.removals().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_repeats_end_the_relationship_once() {
    for (round, interrupts_first) in (0..20).zip([false, true].into_iter().cycle()) {
        let served = Served::open().await;
        if interrupts_first {
            served.interrupted("first").await;
        }
        let (one, other) = tokio::join!(served.remove("first"), served.remove("first"));
        assert_eq!(one.unwrap(), other.unwrap(), "round {round}");
        assert_eq!((served.removals().await, served.is_in_force().await), (1, false), "round {round}");
    }
}

/// The guard must not mistake a late call of a displaced removal for a call of a later one, so each removal
/// has a later begin time.
#[tokio::test]
async fn each_lease_starts_later_than_every_earlier_lease() {
    let served = Served::open().await;
    let displaced = served.half_a_removal("first").await;
    served.orders().hold(true);
    assert!(must_wait(&served.remove("first").await), "an order arrives before each close request");
    served.orders().hold(false);
    assert!(!served.orders().is_closed(), "the repeat abandoned its removal and reopened the relationship");

    served.interrupted("second").await;
    let closes = served.orders().closes();
    assert!(closes.is_sorted_by(|earlier, later| earlier < later), "{closes:?}");
    served.orders().answer_all();
    assert!(
        must_wait(&displaced.await.unwrap()),
        "a displaced removal does not end the relationship under another removal's lease"
    );
    assert_eq!((served.removals().await, served.orders().is_closed()), (0, true));
}

fn customer() -> KnownCustomer {
    KnownCustomer { name: "customers/tailspin".to_owned(), tenant: "tailspin-tenant".to_owned() }
}

#[test]
fn a_relationship_ends_once() {
    let now = at("2026-01-01T00:00:00Z");
    let (contoso, customer) = (partner("contoso"), customer());
    let mut own = ResellerRelationship::begin(
        "r".to_owned(),
        &contoso,
        None,
        &customer,
        Origin::WithCustomer(None),
        now,
    );
    own.end("moved on".to_owned(), None, now);
    assert_eq!((own.is_active(), own.row.revision), (false, 2));
    let ended = own.clone();
    own.end("again".to_owned(), None, now);
    assert_eq!(own, ended);
}

#[test]
fn the_seller_of_a_relationship_through_a_provider_is_the_provider() {
    let now = at("2026-01-01T00:00:00Z");
    let (contoso, fabrikam, customer) = (partner("contoso"), partner("fabrikam"), customer());
    let through = |provider| {
        ResellerRelationship::begin("r".to_owned(), &fabrikam, provider, &customer, Origin::Invited, now)
    };
    assert_eq!(through(Some(&contoso)).seller(), "partners/contoso");
    assert_eq!(through(None).seller(), "partners/fabrikam");
    assert_eq!(through(None).key().provider, None);
}

#[tokio::test]
async fn a_preview_of_a_removal_does_not_close_the_relationship() {
    let served = Served::open().await;
    let preview = served.preview().await.unwrap();
    assert_eq!(preview.relationship.unwrap().state(), pb::RelationshipState::Ended);
    assert_eq!((served.orders().closes().len(), served.removals().await), (0, 0));
    assert!(served.is_in_force().await);
}

#[tokio::test]
async fn a_removal_fails_when_the_peer_reports_a_negative_count() {
    let served = Served::open().await;
    served.house.peers.state().subscriptions_told = Some(-1);
    let refused = served.preview().await.unwrap_err();
    assert!(
        matches!(&refused, Fault::Internal(cause) if cause.contains("count of subscriptions")),
        "{refused:?}"
    );
}
