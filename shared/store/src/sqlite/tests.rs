//! Writes that share a commit: acknowledged writes are in the file, failed writes are not, and no writer
//! hangs.

use crate::{BATCH_MEMBERS_MAX, Config, Error, Migration, Store, Tx};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use tokio::task::{JoinHandle, yield_now};

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "note", sql: "CREATE TABLE note (id TEXT NOT NULL PRIMARY KEY)" },
    Migration {
        version: 2,
        name: "reply",
        sql: "CREATE TABLE reply (note TEXT NOT NULL REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED)",
    },
];
const WRITE: &str = "INSERT INTO note (id) VALUES ($1)";
const WRITE_OR_LOSE_EVERYTHING: &str = "INSERT OR ROLLBACK INTO note (id) VALUES ($1)";
const REPLY_TO_NOTHING: &str = "INSERT INTO reply (note) VALUES ('nothing')";
const ALL: &str = "SELECT id FROM note ORDER BY id";

/// Longer than any test takes: the limit is reached only when a writer hangs.
const HANG: Duration = Duration::from_secs(60);

async fn open(path: &Path) -> Store {
    Store::open(Config::sqlite(path), "test", MIGRATIONS).await.unwrap()
}

async fn write(tx: &mut Tx, id: &str) -> Result<(), Error> {
    sqlx::query(WRITE).bind(id).execute(tx.conn().await?).await?;
    Ok(())
}

async fn notes(store: &Store) -> BTreeSet<String> {
    let mut reader = store.read().await.unwrap();
    sqlx::query_scalar(ALL).fetch_all(reader.conn()).await.unwrap().into_iter().collect()
}

async fn until_waiting(store: &Store, count: usize) {
    while store.writer().waiting() < count {
        yield_now().await;
    }
}

/// Polls a call for a few rounds of the scheduler, then drops the call. Returns the outcome if it came in
/// time.
async fn for_a_moment<T>(call: impl Future<Output = T>, turns: usize) -> Option<T> {
    let moment = async {
        for _ in 0..turns {
            yield_now().await;
        }
    };
    tokio::select! { biased; outcome = call => Some(outcome), () = moment => None }
}

/// A write that already has the connection.
async fn begin(store: &Store) -> Result<Tx, Error> {
    let mut tx = store.write();
    tx.conn().await?;
    Ok(tx)
}

async fn write_one(store: Store, id: String) -> Result<(), Error> {
    let mut tx = store.write();
    write(&mut tx, &id).await?;
    tx.commit().await
}

/// Begins a write, lets one writer for each id queue behind it, and commits the first write.
async fn crowd(store: &Store, ids: impl Iterator<Item = String>) -> Vec<JoinHandle<Result<(), Error>>> {
    let mut first = store.write();
    write(&mut first, "first").await.unwrap();
    let crowd: Vec<_> = ids.map(|id| tokio::spawn(write_one(store.clone(), id))).collect();
    until_waiting(store, crowd.len()).await;
    first.commit().await.unwrap();
    crowd
}

#[tokio::test]
async fn waiting_writers_share_one_commit() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    for writer in crowd(&store, (0..9).map(|n| format!("n{n}"))).await {
        writer.await.unwrap().unwrap();
    }
    assert_eq!((store.writer().commits().await, notes(&store).await.len()), (1, 10));
}

#[tokio::test]
async fn a_full_batch_is_committed_while_others_wait() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    for writer in crowd(&store, (0..2 * BATCH_MEMBERS_MAX).map(|n| format!("n{n}"))).await {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(store.writer().commits().await, 3);
}

#[tokio::test]
async fn a_failed_statement_undoes_only_its_own_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    let ids = ["a", "first", "b", "a", "c"].map(str::to_owned);
    let mut failed = 0;
    for writer in crowd(&store, ids.into_iter()).await {
        match writer.await.unwrap() {
            Ok(()) => {}
            Err(Error::Conflict(_)) => failed += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(failed, 2);
    assert_eq!(notes(&store).await, ["a", "b", "c", "first"].map(str::to_owned).into());
}

#[tokio::test]
async fn a_dropped_write_is_rolled_back_and_frees_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    let mut tx = store.write();
    write(&mut tx, "dropped").await.unwrap();
    drop(tx);
    write_one(store.clone(), "kept".to_owned()).await.unwrap();
    assert_eq!(notes(&store).await, ["kept".to_owned()].into());
    assert_eq!(store.writer().commits().await, 1);
}

#[tokio::test]
async fn a_dropped_write_does_not_block_other_processes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let (store, other) = (open(&path).await, open(&path).await);
    let mut tx = store.write();
    write(&mut tx, "dropped").await.unwrap();
    drop(tx);
    write_one(other, "kept".to_owned()).await.unwrap();
    assert_eq!(notes(&store).await, ["kept".to_owned()].into());
}

#[tokio::test]
async fn a_cancelled_waiter_leaves_no_write_hanging() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    for turns in 0..40 {
        let mut tx = store.write();
        write(&mut tx, &format!("n{turns}")).await.unwrap();
        let waiter = async { drop(for_a_moment(begin(&store), turns).await) };
        let (committed, ()) =
            tokio::time::timeout(HANG, async { tokio::join!(tx.commit(), waiter) }).await.unwrap();
        committed.unwrap();
    }
    assert_eq!(notes(&store).await.len(), 40);
}

#[tokio::test]
async fn a_commit_completes_when_its_caller_is_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    for turns in 1..40 {
        let mut tx = store.write();
        write(&mut tx, &format!("n{turns}")).await.unwrap();
        for_a_moment(tx.commit(), turns).await;
    }
    write_one(store.clone(), "last".to_owned()).await.unwrap();
    assert_eq!(notes(&store).await.len(), 40);
}

#[tokio::test]
async fn an_error_that_ends_the_shared_transaction_fails_every_member() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    write_one(store.clone(), "before".to_owned()).await.unwrap();
    let mut spoiler = begin(&store).await.unwrap();
    let others: Vec<_> = ["a", "b"].map(|id| tokio::spawn(write_one(store.clone(), id.to_owned()))).into();
    until_waiting(&store, 2).await;
    let spoiling = store.clone();
    let spoils = tokio::spawn(async move {
        let mut tx = spoiling.write();
        let ended =
            sqlx::query(WRITE_OR_LOSE_EVERYTHING).bind("before").execute(tx.conn().await.unwrap()).await;
        assert!(ended.is_err());
    });
    until_waiting(&store, 3).await;
    write(&mut spoiler, "c").await.unwrap();
    let lost = spoiler.commit().await.unwrap_err();
    assert!(matches!(lost, Error::Unavailable { .. }), "{lost:?}");
    for other in others {
        assert!(other.await.unwrap().unwrap_err().is_retryable());
    }
    spoils.await.unwrap();
    write_one(store.clone(), "after".to_owned()).await.unwrap();
    assert_eq!(notes(&store).await, ["after", "before"].map(str::to_owned).into());
}

#[tokio::test]
async fn a_failed_commit_fails_for_every_member() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    let mut first = store.write();
    write(&mut first, "first").await.unwrap();
    sqlx::query(REPLY_TO_NOTHING).execute(first.conn().await.unwrap()).await.unwrap();
    let second = tokio::spawn(write_one(store.clone(), "second".to_owned()));
    until_waiting(&store, 1).await;
    first.commit().await.unwrap_err();
    second.await.unwrap().unwrap_err();
    write_one(store.clone(), "third".to_owned()).await.unwrap();
    assert_eq!(notes(&store).await, ["third".to_owned()].into());
}

#[tokio::test]
async fn a_reader_keeps_its_snapshot_and_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    let mut reader = store.read().await.unwrap();
    let count = async |reader: &mut crate::Reader| -> usize {
        sqlx::query(ALL).fetch_all(reader.conn()).await.unwrap().len()
    };
    assert_eq!(count(&mut reader).await, 0);
    write_one(store.clone(), "later".to_owned()).await.unwrap();
    assert_eq!(count(&mut reader).await, 0);
    assert_eq!(notes(&store).await.len(), 1);
    let refused = sqlx::query(WRITE).bind("no").execute(reader.conn()).await.unwrap_err();
    assert!(matches!(Error::from(refused), Error::Unavailable { reason: "the database is read-only", .. }));
}

#[tokio::test]
async fn a_closed_store_refuses_every_use() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    store.close().await.unwrap();
    store.close().await.unwrap();
    for refused in [begin(&store).await.map(|_| ()), store.read().await.map(|_| ()), store.ping().await] {
        assert_eq!(refused.unwrap_err().to_string(), "the database cannot answer now: the store is closed");
    }
}

/// How a writer ends.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Commits,
    Drops,
    Conflicts,
    StopsWaiting(usize),
    StopsListening(usize),
}

/// Whether the write was acknowledged; `None` when the caller stopped waiting for the answer.
async fn live(store: Store, id: String, fate: Fate) -> Option<bool> {
    let begun = match fate {
        Fate::StopsWaiting(turns) => for_a_moment(begin(&store), turns).await,
        _ => Some(begin(&store).await),
    };
    let Some(begun) = begun else { return Some(false) };
    let mut tx = begun.unwrap();
    write(&mut tx, &id).await.unwrap();
    match fate {
        Fate::Commits | Fate::StopsWaiting(_) => Some(tx.commit().await.is_ok()),
        Fate::StopsListening(turns) => for_a_moment(tx.commit(), turns).await.map(|outcome| outcome.is_ok()),
        Fate::Conflicts => {
            write(&mut tx, &id).await.unwrap_err();
            Some(false)
        }
        Fate::Drops => Some(false),
    }
}

async fn lives(fates: Vec<Fate>) -> (u64, usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = open(&path).await;
    let writers = fates.iter().enumerate();
    let writers = writers.map(|(n, fate)| tokio::spawn(live(store.clone(), format!("n{n}"), *fate)));
    let mut outcomes = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        outcomes.push(tokio::time::timeout(HANG, writer).await.expect("no writer hangs").unwrap());
    }
    let commits = store.writer().commits().await;
    store.close().await.unwrap();
    drop(store);
    let found = notes(&open(&path).await).await;
    for (n, outcome) in outcomes.iter().enumerate() {
        if let Some(acknowledged) = outcome {
            assert_eq!(found.contains(&format!("n{n}")), *acknowledged, "writer {n}: {:?}", fates[n]);
        }
    }
    (commits, found.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_writers_share_commits_and_keep_what_was_acknowledged() {
    let mixed = (0..200).map(|n| match n % 10 {
        3 => Fate::Drops,
        6 => Fate::Conflicts,
        _ => Fate::Commits,
    });
    let (commits, written) = lives(mixed.collect()).await;
    assert_eq!(written, 160);
    assert!(commits < 40, "{commits} commits for {written} writes");
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Commits),
        1 => Just(Fate::Drops),
        1 => Just(Fate::Conflicts),
        2 => (0..40usize).prop_map(Fate::StopsWaiting),
        2 => (0..40usize).prop_map(Fate::StopsListening),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_write_is_stored_exactly_if_it_succeeds(fates in prop::collection::vec(fate(), 1..60), threads in 1..4usize) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
        runtime.unwrap().block_on(lives(fates));
    }
}
