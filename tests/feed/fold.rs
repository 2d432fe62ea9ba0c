//! A consumer that applies every event from the beginning ends with exactly the stored resources.

use std::collections::BTreeMap;

use csp_proto::feed::v1::{ChangeEvent, Start};
use csp_tests::{Running, events_of};
use prost_types::Any;

use csp_tests::story;

mod reads;

/// Resources as JSON, by name.
pub(crate) type Resources = BTreeMap<String, String>;

/// The resources that the events add up to, from the beginning.
async fn folded(suite: &Running) -> Resources {
    let mut book = Resources::new();
    let mut watched = suite.operator().watch_from(Start::Beginning).await;
    for event in watched.until_caught_up().await.0 {
        apply(&mut book, event);
    }
    book
}

/// Applies an event, whose `before` must be the resource that the earlier events left.
fn apply(book: &mut Resources, event: ChangeEvent) {
    let data = event.data.unwrap();
    let was = book.remove(&event.subject);
    assert_eq!(was, data.before.as_ref().map(shown), "{} of {}", event.method, event.subject);
    if let Some(is) = &data.after {
        book.insert(event.subject, shown(is));
    }
}

fn shown(resource: &Any) -> String {
    csp_tests::sorted(&csp_service::json(resource).unwrap())
}

#[track_caller]
fn must_be_the_same(folded: &Resources, read: &Resources) {
    let names: std::collections::BTreeSet<&String> = folded.keys().chain(read.keys()).collect();
    let differing: Vec<String> = names
        .into_iter()
        .filter(|name| folded.get(*name) != read.get(*name))
        .map(|name| {
            format!("{name}\n  from the feed {:?}\n  read by RPC {:?}", folded.get(name), read.get(name))
        })
        .collect();
    assert!(differing.is_empty(), "{} resources differ:\n{}", differing.len(), differing.join("\n"));
}

#[tokio::test]
async fn the_events_add_up_to_the_stored_resources() {
    let suite = Running::start().await;
    story::play(&suite).await;
    let (folded, read) = (folded(&suite).await, reads::everything(&suite).await);
    must_be_the_same(&folded, &read);
    let kinds: std::collections::BTreeSet<&str> =
        folded.values().filter_map(|json| json.split('"').nth(3)?.rsplit('.').next()).collect();
    let every_kind = [
        "AdminGrant",
        "Cart",
        "Customer",
        "CustomerAgreement",
        "Invitation",
        "Listing",
        "MpnId",
        "Offer",
        "Operation",
        "Order",
        "Organization",
        "Partner",
        "PartnerAgreement",
        "Partnership",
        "ResellerRelationship",
        "Subscription",
        "User",
    ];
    assert!(kinds.iter().eq(every_kind.iter()), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_events_of_an_import_add_up_to_the_stored_resources() {
    let suite = Running::start().await;
    let refusals = suite.folder().join("refusals.csv");
    let imported = std::process::Command::new(env!("CARGO_BIN_EXE_csp-under-test"))
        .args(["import", concat!(env!("CARGO_MANIFEST_DIR"), "/book/sample")])
        .args(["--server", &suite.address().to_string(), "--refusals"])
        .arg(refusals)
        .output()
        .unwrap();
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    must_be_the_same(&folded(&suite).await, &reads::everything(&suite).await);
}

/// The negative control of the tests above.
#[tokio::test]
async fn a_feed_that_lost_an_event_does_not_add_up() {
    let suite = Running::start().await;
    story::play(&suite).await;
    let (events, _) = suite.operator().watch_from(Start::Beginning).await.until_caught_up().await;
    let events = events_of("subscription", &events);
    let last_of = |kind: &str| {
        let kind = format!("csp.subscription.v1.{kind}");
        events.iter().rposition(|event| event.resource_type == kind).unwrap()
    };
    for lost in ["Subscription", "Cart", "Order"].map(last_of) {
        let mut book = Resources::new();
        for (index, event) in events.iter().enumerate() {
            if index != lost {
                apply(&mut book, (*event).clone());
            }
        }
        let read = reads::subscription(&suite).await;
        assert!(std::panic::catch_unwind(|| must_be_the_same(&book, &read)).is_err());
    }
}
