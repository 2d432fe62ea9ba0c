//! The change feed of one book: limits of watchers, and events of other processes.

use std::path::Path;
use std::time::Duration;

use crate::feed::{Feed, Limits, Told, Watch, Watching, watch};
use crate::{Attempt, Book, Call, Clock, Effect, Ids};
use csp_policy::Caller;
use csp_proto::WatchEvents;
use csp_proto::customer::v1::{WatchEventsRequest, WatchEventsResponse};
use csp_proto::feed::v1::Start;
use csp_proto::policy::v1 as pb;
use csp_store::{Config, Store};
use tokio_stream::StreamExt;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// Longer than any test takes: a test that reaches this timeout hangs.
const HANG: Duration = Duration::from_secs(60);
/// How long the queue of a slow consumer may stay full in these tests.
const WAIT: Duration = Duration::from_millis(50);

/// A process of the service on the database in this folder. `pb::Rule` serves as the resource.
async fn book(folder: &Path, seed: u64, limits: Limits) -> Book {
    let store = Store::open(Config::sqlite(folder.join("book.db")), "policy", &[]).await.unwrap();
    let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
    Book { feed: Feed::new(limits), ..Book::new("policy", store, clock, Ids::seeded(seed)) }
}

fn call() -> Call {
    Call::made_by(Caller::operator(), "op", "WriteRule")
}

async fn write(book: &Book, names: &[&str]) {
    for name in names {
        let rule = pb::Rule { name: (*name).to_owned(), ..Default::default() };
        let effects = vec![Effect::created(name, 1, &rule).unwrap()];
        let tx = book.store.write();
        book.conclude(tx, &call(), &Attempt::of_work(&call()), None, effects, &()).await.unwrap();
    }
}

/// The tests use the feed messages of the customer service; the messages of every service have the same
/// fields.
type Watched = Watching<WatchEventsResponse>;

async fn watch_from(book: &Book, start: Start, cursor: &str) -> crate::Result<Watched> {
    let asked = Watch { start: start.into(), cursor: cursor.to_owned(), ..Watch::default() };
    watch(book, &call(), WatchEventsRequest::of(asked)).await
}

async fn next(watching: &mut Watched) -> Result<Told, Status> {
    let told = tokio::time::timeout(HANG, watching.next()).await.expect("the stream yields an item");
    told.expect("a stream ends with a status").map(|told| WatchEventsRequest::told(told).unwrap())
}

/// The names of the next `count` changed resources.
async fn names(watching: &mut Watched, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    while names.len() < count {
        if let Told::Event(event) = next(watching).await.unwrap() {
            names.push(event.subject);
        }
    }
    names
}

async fn until_watched_by(book: &Book, count: u32) {
    let left = async {
        while book.feed.watchers() != count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(HANG, left).await.expect("the number of watchers is reached");
}

const RULES: [&str; 5] = ["rules/1", "rules/2", "rules/3", "rules/4", "rules/5"];
const NARROW: Limits = Limits { watchers_max: 1, queued_max: 2, consumer_wait_max: WAIT };

#[tokio::test]
async fn a_slow_consumer_gets_a_cursor_to_resume_from() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path(), 1, NARROW).await;
    write(&book, &RULES).await;
    let mut slow = watch_from(&book, Start::Beginning, "").await.unwrap();
    until_watched_by(&book, 0).await;
    let mut told = names(&mut slow, 2).await;
    let ended = next(&mut slow).await.unwrap_err();
    assert!(slow.next().await.is_none());
    assert_eq!(ended.code(), Code::ResourceExhausted);
    let info = ended.get_details_error_info().unwrap();
    assert_eq!(info.reason, "FEED_CONSUMER_TOO_SLOW");
    let mut resumed = watch_from(&book, Start::Unspecified, &info.metadata["cursor"]).await.unwrap();
    told.extend(names(&mut resumed, 3).await);
    told.sort();
    assert_eq!(told, RULES, "every event arrives exactly once");
}

#[tokio::test]
async fn a_consumer_that_keeps_up_gets_every_event_and_a_bookmark() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path(), 1, NARROW).await;
    write(&book, &RULES).await;
    let mut watching = watch_from(&book, Start::Beginning, "").await.unwrap();
    let mut told = names(&mut watching, 5).await;
    told.sort();
    assert_eq!(told, RULES);
    assert!(matches!(next(&mut watching).await.unwrap(), Told::Bookmark(bookmark) if bookmark.caught_up));
}

#[tokio::test]
async fn a_watcher_beyond_the_limit_is_refused_until_another_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path(), 1, NARROW).await;
    let first = watch_from(&book, Start::Now, "").await.unwrap();
    let refused: Status = watch_from(&book, Start::Now, "").await.unwrap_err().into();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    assert_eq!(refused.get_details_error_info().unwrap().metadata["limit"], "feed_watchers_max");
    drop(first);
    until_watched_by(&book, 0).await;
    watch_from(&book, Start::Now, "").await.unwrap();
}

#[tokio::test]
async fn events_committed_by_another_process_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let (own, other) =
        (book(folder.path(), 1, Limits::DEFAULT).await, book(folder.path(), 2, Limits::DEFAULT).await);
    let sequencers = [own.clone(), other.clone()]
        .map(|book| tokio::spawn(async move { book.run_sequencer(std::future::pending()).await }));
    let mut watching = watch_from(&own, Start::Now, "").await.unwrap();
    write(&other, &["rules/theirs"]).await;
    assert_eq!(names(&mut watching, 1).await, ["rules/theirs"]);
    write(&own, &["rules/ours"]).await;
    assert_eq!(names(&mut watching, 1).await, ["rules/ours"]);
    sequencers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn the_events_of_one_write_keep_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path(), 1, Limits::DEFAULT).await;
    let names_in_order = ["rules/z", "rules/a", "rules/m", "rules/b"];
    let effect = |name: &str| Effect::created(name, 1, &pb::Rule::default()).unwrap();
    let effects = names_in_order.map(effect).to_vec();
    let tx = book.store.write();
    book.conclude(tx, &call(), &Attempt::of_work(&call()), None, effects, &()).await.unwrap();
    let mut watching = watch_from(&book, Start::Beginning, "").await.unwrap();
    assert_eq!(names(&mut watching, 4).await, names_in_order);
}
