//! Two stores write to one database and number its journal entries at the same time, like two processes. Runs
//! on every backend.

use std::time::Duration;

use csp_store::journal::{Change, Entry};
use csp_store::{Error, Store, feed};
use csp_suite::service::Service;
use csp_tests::Backend;
use csp_tests::databases::Databases;

/// Writers of each store.
const WRITERS: usize = 4;
/// Revisions that each writer writes, one after the other, to a resource of its own.
const REVISIONS: i64 = 30;
/// Entries that one transaction numbers: few, so that the two sequencers collide often.
const AT_ONCE: u32 = 7;
/// Longer than the test takes on the slowest disk: only a hang reaches this limit.
const HANG: Duration = Duration::from_secs(300);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_entry_gets_one_position_and_each_resource_stays_in_order() {
    for backend in Backend::all() {
        let databases = match backend {
            Backend::Sqlite => Databases::sqlite(),
            Backend::Postgres => Databases::postgres().await,
        };
        let (one, other) = (open(&databases).await, open(&databases).await);
        let mut work = tokio::task::JoinSet::new();
        for store in [&one, &other] {
            for writer in 0..WRITERS {
                let resource = format!("things/{}-{writer}", work.len());
                work.spawn(write(store.clone(), resource));
            }
        }
        let total = i64::try_from(work.len()).unwrap() * REVISIONS;
        for store in [&one, &other] {
            work.spawn(number(store.clone(), total));
        }
        tokio::time::timeout(HANG, work.join_all()).await.expect("everything is written and numbered");
        must_be_in_order(&one, total).await;
    }
}

async fn open(databases: &Databases) -> Store {
    let service = Service::PartnerRegistry;
    Store::open(databases.of(service), service.name(), service.migrations()).await.unwrap()
}

/// Writes the revisions of one resource, with a clock that runs backwards.
async fn write(store: Store, resource: String) {
    for revision in 1..=REVISIONS {
        let entry = Entry {
            event_id: format!("{resource}@{revision}"),
            time: jiff::Timestamp::from_microsecond(1000 - revision).unwrap(),
            actor: "operator//op".to_owned(),
            method: "Write",
            resource: resource.clone(),
            resource_type: "Thing".to_owned(),
            revision,
            change: Change::default(),
            decision_id: None,
            request_id: None,
        };
        write_with_retries(&store, &[entry]).await;
    }
}

/// Retries until the entries are written. SQLite has no queue between processes: a busy process may keep the
/// other one waiting beyond its lock timeout.
async fn write_with_retries(store: &Store, entries: &[Entry]) {
    let mut is_repeat = false;
    loop {
        let mut tx = store.write();
        tx.append(entries);
        match tx.commit().await {
            Ok(()) => return,
            // The previous try wrote the entries, and only the answer was lost.
            Err(Error::Conflict(_)) if is_repeat => return,
            Err(error) if error.is_retryable() => is_repeat = true,
            Err(other) => panic!("{other:?}"),
        }
    }
}

async fn number(store: Store, total: i64) {
    loop {
        match number_once(&store).await {
            // The other sequencer was faster, or held the database for too long.
            Ok(()) | Err(Error::LostRace | Error::Conflict(_) | Error::Unavailable { .. }) => {}
            Err(other) => panic!("{other:?}"),
        }
        let state = feed::state(&mut store.read_once().await.unwrap()).await.unwrap();
        if state.is_some_and(|state| state.next_position > total) {
            return;
        }
    }
}

async fn number_once(store: &Store) -> Result<(), Error> {
    let mut tx = store.write();
    feed::sequence(&mut tx, "feed-1", AT_ONCE).await?;
    tx.commit().await
}

/// Every entry has one position, and each resource has its revisions in order. A page with a gap is an error
/// of `feed::page`.
async fn must_be_in_order(store: &Store, total: i64) {
    let (mut position, mut revisions) = (0, std::collections::BTreeMap::<String, i64>::new());
    loop {
        let mut reader = store.read().await.unwrap();
        let page = feed::page(&mut reader, position, 100).await.unwrap();
        for entry in &page.entries {
            let last = revisions.entry(entry.resource.clone()).or_default();
            assert_eq!(entry.revision, *last + 1, "{}", entry.resource);
            *last = entry.revision;
            position += 1;
        }
        if page.is_last {
            assert_eq!(position, total);
            return;
        }
    }
}
