//! The change feed of one book: limits of watchers, and events of other processes.

use std::path::Path;
use std::time::Duration;

use crate::feed::{Feed, Limits, Watching};
use crate::{Attempt, Book, Call, Clock, Effect, Ids};
use csp_policy::Caller;
use csp_proto::feed::v1::watch_events_response::Content;
use csp_proto::feed::v1::{Start, WatchEventsRequest};
use csp_proto::policy::v1 as pb;
use csp_store::{Config, Store};
use tokio_stream::StreamExt;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// Longer than any test takes: a test that reaches this timeout hangs.
const HANG: Duration = Duration::from_secs(60);
/// Start of the clock.
const NOON: &str = "2026-11-21T12:00:00Z";
/// How long the queue of a slow consumer may stay full in these tests.
const WAIT: Duration = Duration::from_millis(50);

/// A process of the service on the database in this folder. `pb::Rule` serves as the resource.
async fn book(folder: &Path, seed: u64) -> Book {
    let store = Store::open(Config::sqlite(folder.join("book.db")), "policy", &[]).await.unwrap();
    let clock = Clock::starting_at(NOON.parse().unwrap());
    Book::new("policy", store, clock, Ids::seeded(seed))
}

fn feed_of(book: &Book) -> Feed {
    Feed::new(vec![book.clone()], "test")
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

async fn watch_from(feed: &Feed, start: Start, cursor: &str) -> crate::Result<Watching> {
    let cursor = cursor.to_owned();
    let asked = WatchEventsRequest { start: start.into(), cursor, ..WatchEventsRequest::default() };
    feed.watch(&call(), asked).await
}

async fn next(watching: &mut Watching) -> Result<Content, Status> {
    let told = tokio::time::timeout(HANG, watching.next()).await.expect("the stream yields an item");
    told.expect("a stream ends with a status").map(|told| told.content.unwrap())
}

/// The names of the next `count` changed resources.
async fn names(watching: &mut Watching, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    while names.len() < count {
        if let Content::Event(event) = next(watching).await.unwrap() {
            names.push(event.subject);
        }
    }
    names
}

async fn until_watched_by(feed: &Feed, count: u32) {
    let left = async {
        while feed.watchers() != count {
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
    let book = book(folder.path(), 1).await;
    let feed = feed_of(&book).with_limits(NARROW);
    write(&book, &RULES).await;
    let mut slow = watch_from(&feed, Start::Beginning, "").await.unwrap();
    until_watched_by(&feed, 0).await;
    let mut told = names(&mut slow, 2).await;
    let ended = next(&mut slow).await.unwrap_err();
    assert!(slow.next().await.is_none());
    assert_eq!(ended.code(), Code::ResourceExhausted);
    let info = ended.get_details_error_info().unwrap();
    assert_eq!(info.reason, "FEED_CONSUMER_TOO_SLOW");
    let mut resumed = watch_from(&feed, Start::Unspecified, &info.metadata["cursor"]).await.unwrap();
    told.extend(names(&mut resumed, 3).await);
    told.sort();
    assert_eq!(told, RULES, "every event arrives exactly once");
}

#[tokio::test]
async fn a_consumer_that_keeps_up_gets_every_event_and_a_bookmark() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path(), 1).await;
    let feed = feed_of(&book).with_limits(NARROW);
    write(&book, &RULES).await;
    let mut watching = watch_from(&feed, Start::Beginning, "").await.unwrap();
    let mut told = names(&mut watching, 5).await;
    told.sort();
    assert_eq!(told, RULES);
    assert!(matches!(next(&mut watching).await.unwrap(), Content::Bookmark(bookmark) if bookmark.caught_up));
}

#[tokio::test]
async fn a_watcher_beyond_the_limit_is_refused_until_another_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path(), 1).await;
    let feed = feed_of(&book).with_limits(NARROW);
    let first = watch_from(&feed, Start::Now, "").await.unwrap();
    let refused: Status = watch_from(&feed, Start::Now, "").await.unwrap_err().into();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    assert_eq!(refused.get_details_error_info().unwrap().metadata["limit"], "feed_watchers_max");
    drop(first);
    until_watched_by(&feed, 0).await;
    watch_from(&feed, Start::Now, "").await.unwrap();
}

#[tokio::test]
async fn events_committed_by_another_process_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let (own, other) = (book(folder.path(), 1).await, book(folder.path(), 2).await);
    let sequencers = [own.clone(), other.clone()]
        .map(|book| tokio::spawn(async move { book.run_sequencer(std::future::pending()).await }));
    let mut watching = watch_from(&feed_of(&own), Start::Now, "").await.unwrap();
    write(&other, &["rules/theirs"]).await;
    assert_eq!(names(&mut watching, 1).await, ["rules/theirs"]);
    write(&own, &["rules/ours"]).await;
    assert_eq!(names(&mut watching, 1).await, ["rules/ours"]);
    sequencers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn the_events_of_one_write_keep_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(folder.path(), 1).await;
    let names_in_order = ["rules/z", "rules/a", "rules/m", "rules/b"];
    let effect = |name: &str| Effect::created(name, 1, &pb::Rule::default()).unwrap();
    let effects = names_in_order.map(effect).to_vec();
    let tx = book.store.write();
    book.conclude(tx, &call(), &Attempt::of_work(&call()), None, effects, &()).await.unwrap();
    let mut watching = watch_from(&feed_of(&book), Start::Beginning, "").await.unwrap();
    assert_eq!(names(&mut watching, 4).await, names_in_order);
}

/// Books of two services, with two entries each.
async fn two_books(folder: &Path) -> [Book; 2] {
    let mut books = Vec::new();
    for (seed, service) in [(1, "policy"), (2, "sandbox")] {
        let database = Config::sqlite(folder.join(format!("{service}.db")));
        let store = Store::open(database, service, &[]).await.unwrap();
        let book = Book::new(service, store, Clock::starting_at(NOON.parse().unwrap()), Ids::seeded(seed));
        write(&book, &[&format!("rules/{service}-1"), &format!("rules/{service}-2")]).await;
        books.push(book);
    }
    books.try_into().unwrap()
}

#[tokio::test]
async fn a_feed_of_two_services_keeps_the_order_of_each_and_resumes_in_both() {
    let folder = tempfile::tempdir().unwrap();
    let books = two_books(folder.path()).await;
    let feed = Feed::new(books.to_vec(), "test");
    let mut watching = watch_from(&feed, Start::Beginning, "").await.unwrap();
    let mut events = Vec::new();
    while events.len() < 4 {
        if let Content::Event(event) = next(&mut watching).await.unwrap() {
            events.push(event);
        }
    }
    for service in ["policy", "sandbox"] {
        let of_one = events.iter().filter(|event| event.source == format!("//test/{service}"));
        let positions: Vec<_> = of_one.map(|event| event.position).collect();
        assert_eq!(positions, [1, 2], "{service}");
    }
    for (read, event) in events.iter().enumerate() {
        let mut resumed = watch_from(&feed, Start::Unspecified, &event.cursor).await.unwrap();
        let mut rest: Vec<_> = events.iter().skip(read + 1).map(|event| event.subject.clone()).collect();
        let mut told = names(&mut resumed, rest.len()).await;
        assert!(matches!(next(&mut resumed).await.unwrap(), Content::Bookmark(_)), "no event comes twice");
        rest.sort();
        told.sort();
        assert_eq!(told, rest);
    }
}

#[tokio::test]
async fn a_feed_of_two_services_wakes_for_either() {
    let folder = tempfile::tempdir().unwrap();
    let books = two_books(folder.path()).await;
    let sequencers = books
        .clone()
        .map(|book| tokio::spawn(async move { book.run_sequencer(std::future::pending()).await }));
    let feed = Feed::new(books.to_vec(), "test");
    let mut watching = watch_from(&feed, Start::Now, "").await.unwrap();
    for (book, name) in books.iter().zip(["rules/a", "rules/b"]) {
        write(book, &[name]).await;
        assert_eq!(names(&mut watching, 1).await, [name]);
    }
    sequencers.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_cursor_of_one_service_is_foreign_to_the_feed_of_two_and_the_other_way_round() {
    let folder = tempfile::tempdir().unwrap();
    let books = two_books(folder.path()).await;
    let (one, both) = (feed_of(&books[0]), Feed::new(books.to_vec(), "test"));
    for (own, other, source) in [(&one, &both, "//test"), (&both, &one, "//test/policy")] {
        let mut watching = watch_from(own, Start::Now, "").await.unwrap();
        let Content::Bookmark(bookmark) = next(&mut watching).await.unwrap() else { panic!("an event") };
        watch_from(own, Start::Unspecified, &bookmark.cursor).await.unwrap();
        let refused: Status =
            watch_from(other, Start::Unspecified, &bookmark.cursor).await.unwrap_err().into();
        let info = refused.get_details_error_info().unwrap();
        assert_eq!((info.reason.as_str(), info.metadata["source"].as_str()), ("FEED_CURSOR_FOREIGN", source));
    }
}
