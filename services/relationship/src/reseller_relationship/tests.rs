//! Removals that are interrupted half-way or run concurrently. The clock stands still unless a test moves it.

use std::sync::Arc;

use csp_policy::Caller;
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

type Ended = Result<pb::RemoveResellerRelationshipResponse>;

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

    async fn end(&self, request_id: &str) -> Ended {
        self.end_because(request_id, "moved on").await
    }

    async fn end_because(&self, request_id: &str, reason: &str) -> Ended {
        self.end_as("olga", request_id, reason).await
    }

    async fn end_as(&self, operator: &str, request_id: &str, reason: &str) -> Ended {
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
    async fn half_an_end(self: &Arc<Self>, request_id: &'static str) -> tokio::task::JoinHandle<Ended> {
        let closed = self.orders().leave_unanswered(self.orders().closes().len() + 1);
        let served = Arc::clone(self);
        let ending = tokio::spawn(async move { served.end(request_id).await });
        closed.await;
        ending
    }

    /// A removal whose process stops after the removal has closed the relationship for orders.
    async fn broken_off(self: &Arc<Self>, request_id: &'static str) {
        let ending = self.half_an_end(request_id).await;
        ending.abort();
        assert!(ending.await.unwrap_err().is_cancelled());
    }

    async fn preview_of_an_end(&self) -> Ended {
        let request = pb::RemoveResellerRelationshipRequest {
            name: self.relationship.clone(),
            reason: "moved on".to_owned(),
            validate_only: true,
            ..Default::default()
        };
        let call = Call::made_by(Caller::operator(), "olga", "RemoveResellerRelationship");
        reseller_relationship::remove(&self.house.service, &call, request).await
    }

    /// How many journal entries say that the relationship ended.
    async fn ends(&self) -> usize {
        let mut reader = self.house.service.book.store.read().await.unwrap();
        let entries =
            journal::of_resource(&mut reader, &self.relationship, journal::START, 10).await.unwrap();
        entries.iter().filter(|entry| entry.command == "RemoveResellerRelationship").count()
    }

    async fn is_in_force(&self) -> bool {
        let request = pb::GetEdgesRequest {
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

fn must_wait(ended: &Ended) -> bool {
    matches!(ended, Err(Fault::LostRace { .. }))
}

#[tokio::test]
async fn a_repeat_takes_over_an_interrupted_removal() {
    let served = Served::open().await;
    served.broken_off("first").await;
    assert_eq!((served.ends().await, served.is_in_force().await), (0, true));

    let ended = served.end("first").await.unwrap();
    assert_eq!(served.end("first").await.unwrap(), ended, "a repeat gets the stored answer");
    assert_eq!((served.ends().await, served.is_in_force().await), (1, false));
    let closes = served.orders().closes();
    assert!(matches!(closes[..], [first, second] if first < second), "{closes:?}");
}

/// Negative control: a removal that is no repeat of the interrupted request waits until the mark is old.
#[tokio::test]
async fn another_request_waits_until_the_interrupted_removal_is_old() {
    let served = Served::open().await;
    served.broken_off("first").await;
    for (other, ended) in [
        ("another id", served.end("second").await),
        ("no id", served.end("").await),
        ("other content under the id", served.end_because("first", "changed its mind").await),
        ("another caller", served.end_as("otto", "first", "moved on").await),
    ] {
        assert!(must_wait(&ended), "{other}: {ended:?}");
    }
    served.pass(SignedDuration::from_mins(5));
    assert!(must_wait(&served.end("second").await), "a mark of exactly five minutes is not abandoned yet");
    assert_eq!((served.ends().await, served.orders().closes().len()), (0, 1));

    served.pass(SignedDuration::from_micros(1));
    served.end("second").await.unwrap();
    assert_eq!((served.ends().await, served.is_in_force().await), (1, false));
}

#[tokio::test]
async fn an_interrupted_removal_without_a_request_id_is_taken_over_only_once_it_is_old() {
    let served = Served::open().await;
    served.broken_off("").await;
    for request_id in ["", "first"] {
        assert!(must_wait(&served.end(request_id).await), "`{request_id}`");
    }
    served.pass(SignedDuration::from_mins(5) + SignedDuration::from_micros(1));
    assert_eq!(served.house.service.reopen_abandoned(|| true).await.unwrap(), 1);
    served.end("").await.unwrap();
    assert_eq!(served.ends().await, 1);
}

#[tokio::test]
async fn a_removal_displaced_by_its_repeat_gets_the_repeats_answer() {
    let served = Served::open().await;
    let displaced = served.half_an_end("first").await;
    let ended = served.end("first").await.unwrap();
    served.orders().answer_all();
    assert_eq!(displaced.await.unwrap().unwrap(), ended);
    assert_eq!((served.ends().await, served.is_in_force().await), (1, false));
    assert!(served.orders().is_closed(), "the displaced removal reopens nothing");
}

/// Otherwise two concurrent repeats could displace each other forever.
#[tokio::test]
async fn a_displaced_removal_does_not_displace_its_repeat() {
    let served = Served::open().await;
    let displaced = served.half_an_end("first").await;
    let repeat = served.half_an_end("first").await;
    served.orders().answer(1);
    let displaced = displaced.await.unwrap();
    assert!(must_wait(&displaced), "{displaced:?}");
    assert_eq!((served.ends().await, served.orders().closes().len()), (0, 2));
    served.orders().answer_all();
    let ended = repeat.await.unwrap().unwrap();
    assert_eq!(served.end("first").await.unwrap(), ended);
    assert_eq!(served.ends().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_repeats_end_the_relationship_once() {
    for (round, broken_off_first) in (0..20).zip([false, true].into_iter().cycle()) {
        let served = Served::open().await;
        if broken_off_first {
            served.broken_off("first").await;
        }
        let (one, other) = tokio::join!(served.end("first"), served.end("first"));
        assert_eq!(one.unwrap(), other.unwrap(), "round {round}");
        assert_eq!((served.ends().await, served.is_in_force().await), (1, false), "round {round}");
    }
}

/// The guard must never take a late call of a displaced removal for a call of a later removal.
#[tokio::test]
async fn each_mark_is_later_than_every_earlier_mark() {
    let served = Served::open().await;
    let displaced = served.half_an_end("first").await;
    served.orders().hold(true);
    assert!(must_wait(&served.end("first").await), "an order comes first at every try");
    served.orders().hold(false);
    assert!(!served.orders().is_closed(), "the repeat gave up and reopened the relationship");

    served.broken_off("second").await;
    let closes = served.orders().closes();
    assert!(closes.is_sorted_by(|earlier, later| earlier < later), "{closes:?}");
    served.orders().answer_all();
    assert!(
        must_wait(&displaced.await.unwrap()),
        "a displaced removal ends nothing under another removal's mark"
    );
    assert_eq!((served.ends().await, served.orders().is_closed()), (0, true));
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
    own.end("moved on".to_owned(), None, now).unwrap();
    assert_eq!((own.is_active(), own.row.revision), (false, 2));
    let ended = own.clone();
    assert!(matches!(own.end("again".to_owned(), None, now), Err(Fault::StateConflict { .. })));
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
async fn a_removal_that_only_validates_closes_nothing() {
    let served = Served::open().await;
    let preview = served.preview_of_an_end().await.unwrap();
    assert_eq!(preview.relationship.unwrap().state(), pb::RelationshipState::Ended);
    assert_eq!((served.orders().closes().len(), served.ends().await), (0, 0));
    assert!(served.is_in_force().await);
}

#[tokio::test]
async fn no_relationship_ends_by_a_negative_count_of_subscriptions() {
    let served = Served::open().await;
    served.house.peers.state().subscriptions_told = Some(-1);
    let refused = served.preview_of_an_end().await.unwrap_err();
    assert!(
        matches!(&refused, Fault::Internal(cause) if cause.contains("count of subscriptions")),
        "{refused:?}"
    );
}
