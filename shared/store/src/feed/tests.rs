//! The feed has every committed entry once and without a gap, whatever the clocks say and whichever sequencer
//! runs.

use super::read::must_be_gapless;
use super::sequence::number;
use super::{CursorError, Place, awaits, page, prune, sequence, state, verify};
use crate::journal::{Change, Entry, Recorded};
use crate::{Config, Error, Store};
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const EVERYTHING: u32 = 500;
const FORGET_THE_COUNT: &str = "UPDATE feed SET next_position = 1";
const LOSE_ONE: &str = "DELETE FROM journal WHERE position = 2";
/// Longer than any test takes, however slow the disk is: the limit is reached only when a test hangs.
const HANG: Duration = Duration::from_secs(300);

fn entry(event_id: &str, time: i64, resource: &str, revision: i64) -> Entry {
    Entry {
        event_id: event_id.to_owned(),
        time: Timestamp::from_microsecond(time).unwrap(),
        actor: "someone".to_owned(),
        method: "Rename",
        resource: resource.to_owned(),
        resource_type: "Thing".to_owned(),
        revision,
        change: Change { before: None, after: Some("{}".to_owned()) },
        decision_id: None,
        request_id: None,
    }
}

async fn open(folder: &Path) -> Store {
    Store::open(Config::sqlite(folder.join("store.db")), "test", &[]).await.unwrap()
}

async fn write(store: &Store, entries: &[Entry]) {
    let mut tx = store.write();
    tx.append(entries);
    tx.commit().await.unwrap();
}

async fn number_up_to(store: &Store, count: u32) -> Result<u64, Error> {
    let mut tx = store.write();
    let numbered = sequence(&mut tx, "feed-1", count).await?;
    tx.commit().await?;
    Ok(numbered)
}

async fn read_all(store: &Store) -> Vec<Recorded> {
    let (mut all, mut position) = (Vec::new(), 0);
    loop {
        let read = page(&mut store.read().await.unwrap(), position, 7).await.unwrap();
        all.extend(read.entries);
        position = i64::try_from(all.len()).unwrap();
        if read.is_last {
            return all;
        }
    }
}

fn told(entries: &[Recorded]) -> Vec<String> {
    entries.iter().map(|entry| format!("{}@{}", entry.resource, entry.revision)).collect()
}

#[tokio::test]
async fn entries_are_numbered_by_time_but_those_of_a_resource_by_revision() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    // The clock ran backwards between the first and the second revision of `a`.
    write(&store, &[entry("1", 50, "a", 1), entry("2", 10, "a", 2), entry("3", 20, "b", 1)]).await;
    assert_eq!(number_up_to(&store, EVERYTHING).await.unwrap(), 3);
    assert_eq!(told(&read_all(&store).await), ["b@1", "a@1", "a@2"]);
}

#[tokio::test]
async fn a_small_pass_never_numbers_a_revision_before_a_lower_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    write(&store, &[entry("1", 50, "a", 1), entry("2", 10, "a", 2), entry("3", 20, "b", 1)]).await;
    for _ in 0..3 {
        assert_eq!(number_up_to(&store, 1).await.unwrap(), 1);
    }
    assert_eq!(told(&read_all(&store).await), ["a@1", "a@2", "b@1"]);
    assert_eq!(number_up_to(&store, 1).await.unwrap(), 0, "every entry has a position already");
}

#[tokio::test]
async fn a_crash_between_commit_and_sequencing_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let before = open(folder.path()).await;
    write(&before, &[entry("1", 1, "a", 1)]).await;
    number_up_to(&before, EVERYTHING).await.unwrap();
    write(&before, &[entry("2", 2, "a", 2)]).await;
    {
        let mut numbering = before.write();
        assert_eq!(sequence(&mut numbering, "feed-1", EVERYTHING).await.unwrap(), 1);
        // The process dies before its commit.
    }
    before.close().await.unwrap();

    let after = open(folder.path()).await;
    assert!(awaits(&mut after.read_once().await.unwrap()).await.unwrap());
    assert_eq!(told(&read_all(&after).await), ["a@1"], "an entry without a position is not in the feed");
    number_up_to(&after, EVERYTHING).await.unwrap();
    assert_eq!(told(&read_all(&after).await), ["a@1", "a@2"]);
    assert!(!awaits(&mut after.read_once().await.unwrap()).await.unwrap());
}

/// Writes revisions of one resource, as a process does whose clock runs backwards.
async fn write_backwards(store: Store, resource: &'static str, count: i64) {
    for revision in 1..=count {
        let id = format!("{resource}-{revision}");
        write_in_the_end(&store, &[entry(&id, 1000 - revision, resource, revision)]).await;
    }
}

/// Tries until the write succeeds. SQLite has no queue between processes: a busy process may keep another one
/// waiting for longer than the other waits.
async fn write_in_the_end(store: &Store, entries: &[Entry]) {
    let mut is_repeat = false;
    loop {
        let mut tx = store.write();
        tx.append(entries);
        match tx.commit().await {
            Ok(()) => return,
            // The earlier try was committed.
            Err(Error::Conflict(_)) if is_repeat => return,
            Err(error) if error.is_retryable() => is_repeat = true,
            Err(other) => panic!("{other:?}"),
        }
    }
}

async fn number_until(store: Store, total: i64) {
    loop {
        match number_up_to(&store, 5).await {
            // Another sequencer was faster, or kept the database busy for too long.
            Ok(_) | Err(Error::LostRace | Error::Conflict(_) | Error::Unavailable { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
        let state = state(&mut store.read_once().await.unwrap()).await.unwrap();
        if state.is_some_and(|state| state.next_position > total) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_sequencers_give_each_position_once() {
    let folder = tempfile::tempdir().unwrap();
    // Like two processes on one database: the stores share only the file.
    let (one, other) = (open(folder.path()).await, open(folder.path()).await);
    let work = [
        tokio::spawn(write_backwards(one.clone(), "a", 40)),
        tokio::spawn(write_backwards(other.clone(), "b", 40)),
        tokio::spawn(number_until(one.clone(), 80)),
        tokio::spawn(number_until(other, 80)),
    ];
    let all_end = async {
        for task in work {
            task.await.unwrap();
        }
    };
    tokio::time::timeout(HANG, all_end).await.expect("all entries are written and numbered");
    let all = read_all(&one).await;
    assert_eq!(all.len(), 80);
    for resource in ["a", "b"] {
        let revisions: Vec<i64> =
            all.iter().filter(|entry| entry.resource == resource).map(|entry| entry.revision).collect();
        assert_eq!(revisions, (1..=40).collect::<Vec<_>>(), "{resource}");
    }
}

#[tokio::test]
async fn a_sequencer_with_an_old_counter_never_gives_a_position_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    write(&store, &[entry("1", 1, "a", 1)]).await;
    number_up_to(&store, EVERYTHING).await.unwrap();
    write(&store, &[entry("2", 2, "b", 1)]).await;
    // A sequencer that read the counter before another one moved it.
    let mut late = store.write();
    sqlx::query(FORGET_THE_COUNT).execute(late.conn().await.unwrap()).await.unwrap();
    let twice = number(late.conn().await.unwrap(), 1, EVERYTHING).await.unwrap_err();
    assert!(matches!(twice, Error::Conflict(_)), "{twice:?}");
    drop(late);
    let mut late = store.write();
    let lost = super::sequence::advance(late.conn().await.unwrap(), 1, 1).await.unwrap_err();
    assert!(matches!(lost, Error::LostRace), "{lost:?}");
}

#[tokio::test]
async fn reading_stops_at_a_gap_in_the_feed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    write(&store, &[entry("1", 1, "a", 1), entry("2", 2, "a", 2), entry("3", 3, "a", 3)]).await;
    number_up_to(&store, EVERYTHING).await.unwrap();
    let whole = read_all(&store).await;
    must_be_gapless(0, 4, &whole).unwrap();
    let mut tx = store.write();
    sqlx::query(LOSE_ONE).execute(tx.conn().await.unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    let hole = page(&mut store.read().await.unwrap(), 0, EVERYTHING).await.unwrap_err();
    assert!(matches!(hole, CursorError::Store(Error::Corrupt(_))), "{hole:?}");
}

#[tokio::test]
async fn a_place_is_valid_in_its_own_history_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    write(&store, &[entry("1", 1, "a", 1), entry("2", 2, "a", 2)]).await;
    number_up_to(&store, EVERYTHING).await.unwrap();
    let mut reader = store.read().await.unwrap();
    let newest = Place::newest(&mut reader).await.unwrap();
    assert_eq!(newest, Place::after(2, "2"));
    for good in [newest, Place::BEGINNING] {
        verify(&mut reader, &good).await.unwrap();
    }
    // After a restored backup: the position does not exist yet, or has another entry.
    for foreign in [(3, "3"), (2, "other"), (-1, ""), (0, "other")] {
        let place = Place::after(foreign.0, foreign.1);
        let refused = verify(&mut reader, &place).await.unwrap_err();
        assert!(matches!(refused, CursorError::Foreign), "{place:?}: {refused:?}");
    }
}

#[tokio::test]
async fn a_place_before_erased_entries_is_refused_as_too_old() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    write(&store, &[entry("1", 1, "a", 1), entry("2", 2, "a", 2), entry("3", 3, "a", 3)]).await;
    number_up_to(&store, EVERYTHING).await.unwrap();
    for (before, erased) in [(1, 0), (2, 1), (i64::MAX, 1), (i64::MAX, 0)] {
        let mut tx = store.write();
        assert_eq!(prune(&mut tx, before).await.unwrap(), erased, "before {before}");
        tx.commit().await.unwrap();
    }
    let mut reader = store.read().await.unwrap();
    let state = state(&mut reader).await.unwrap().unwrap();
    assert_eq!((state.first_position, state.next_position), (3, 4), "the newest entry stays");
    for (position, event_id) in [(0, ""), (1, "1"), (2, "2")] {
        let place = Place::after(position, event_id);
        let refused = verify(&mut reader, &place).await.unwrap_err();
        assert!(matches!(refused, CursorError::TooOld { first: 3, .. }), "{refused:?}");
    }
    assert!(matches!(page(&mut reader, 1, 9).await, Err(CursorError::TooOld { .. })));
    let oldest = Place::oldest(&mut reader).await.unwrap();
    assert_eq!(told(&page(&mut reader, oldest.position, 9).await.unwrap().entries), ["a@3"]);
    verify(&mut reader, &Place::after(3, "3")).await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_entry_is_numbered_once_and_each_resource_in_order(
        writes in prop::collection::vec((0..4usize, 0..9i64, 0..4u32), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let store = open(folder.path()).await;
            let mut revisions: BTreeMap<usize, i64> = BTreeMap::new();
            for (index, (resource, time, turn)) in writes.iter().enumerate() {
                let revision = revisions.entry(*resource).or_default();
                *revision += 1;
                write(&store, &[entry(&format!("e{index}"), *time, &format!("r{resource}"), *revision)]).await;
                if *turn > 0 {
                    number_up_to(&store, *turn).await.unwrap();
                }
            }
            while number_up_to(&store, 3).await.unwrap() > 0 {}
            let all = read_all(&store).await;
            assert_eq!(all.len(), writes.len());
            let mut seen: BTreeMap<String, i64> = BTreeMap::new();
            for entry in all {
                let last = seen.entry(entry.resource).or_default();
                *last += 1;
                assert_eq!(entry.revision, *last);
            }
        });
    }
}
