//! Cursors from which a watch cannot resume: each is refused with its own reason.

use std::time::Duration;

use csp_proto::feed::v1::{Start, WatchEventsRequest};
use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::{Refusal, Running, SERVICES, after, from};
use tonic::Code;

async fn refused(suite: &Running, asked: WatchEventsRequest) -> (Code, String) {
    let status = suite.operator().watch(asked).await.unwrap_err();
    let refusal = Refusal::from(status);
    (refusal.code, refusal.reason)
}

async fn newest(suite: &Running) -> String {
    suite.operator().watch_from(Start::Now).await.bookmark().await.cursor
}

#[tokio::test]
async fn a_malformed_cursor_is_refused() {
    let suite = Running::start().await;
    let refusal = refused(&suite, after("made-up")).await;
    assert_eq!(refusal, (Code::InvalidArgument, "FEED_CURSOR_INVALID".to_owned()));
    let both = WatchEventsRequest { cursor: "made-up".to_owned(), ..from(Start::Now) };
    assert_eq!(refused(&suite, both).await.1, "FIELD_INVALID");
}

#[tokio::test]
async fn a_cursor_of_another_suite_is_refused() {
    let (suite, other) = (Running::start().await, Running::start_on(Databases::sqlite(), 2).await);
    suite.organization("contoso", "DE").await;
    let cursor = newest(&suite).await;
    suite.operator().watch(after(&cursor)).await.unwrap();
    let foreign = (Code::FailedPrecondition, "FEED_CURSOR_FOREIGN".to_owned());
    assert_eq!(refused(&other, after(&cursor)).await, foreign);
}

#[tokio::test]
async fn a_cursor_newer_than_the_restored_backup_is_refused() {
    // On SQLite, because a file is copied faster than a server is restored.
    let suite = Running::start_on(Databases::sqlite(), 1).await;
    suite.organization("contoso", "DE").await;
    let kept = newest(&suite).await;
    let backup = Databases::sqlite();
    for service in SERVICES {
        let file = format!("{service}.sqlite");
        csp_store::copy(&suite.folder().join(&file), &backup.folder().join(&file)).await.unwrap();
    }
    suite.organization("lost", "DE").await;
    let lost = newest(&suite).await;

    let restored = Running::start_on(backup, 3).await;
    let foreign = (Code::FailedPrecondition, "FEED_CURSOR_FOREIGN".to_owned());
    assert_eq!(refused(&restored, after(&lost)).await, foreign);
    restored.organization("other", "DE").await;
    // There is an entry at the cursor's position now, but not the entry that the cursor belongs to.
    assert_eq!(refused(&restored, after(&lost)).await, foreign);
    let mut goes_on = restored.operator().watch(after(&kept)).await.unwrap();
    assert_eq!(goes_on.event().await.subject, "organizations/other");
}

#[tokio::test]
async fn a_cursor_is_refused_when_the_events_after_it_were_erased() {
    let suite = Running::start().await;
    for id in ["a", "b"] {
        suite.organization(id, "DE").await;
    }
    let (events, end) = suite.operator().watch_from(Start::Beginning).await.until_caught_up().await;
    suite.wait(jiff::SignedDuration::from_hours(48));
    suite.organization("c", "DE").await;
    let day = Duration::from_hours(24);
    let book = suite.suite().book(Service::PartnerRegistry).unwrap();
    book.sequence().await.unwrap();
    book.prune_journal(day).await.unwrap();

    let too_old = (Code::OutOfRange, "FEED_CURSOR_TOO_OLD".to_owned());
    for asked in [after(&events[0].cursor), after(&end.cursor), from(Start::Beginning)] {
        assert_eq!(refused(&suite, asked).await, too_old);
    }
    let (kept, _) = suite.operator().watch_from(Start::Oldest).await.until_caught_up().await;
    assert_eq!(kept.iter().map(|event| event.subject.as_str()).collect::<Vec<_>>(), ["organizations/c"]);
    // The cursor after the last event stays valid at any age: a watch from there misses nothing.
    suite.wait(jiff::SignedDuration::from_hours(48));
    book.prune_journal(day).await.unwrap();
    suite.operator().watch(after(&kept[0].cursor)).await.unwrap();
}
