//! Whatever a borrower leaves behind, the next one does not meet it.

use super::{CONNECTION_AGE_MAX, CONNECTION_IDLE_MAX, ConnectionPool, PoolOptions, PooledConnection};
use crate::{Connection, Error};
use std::path::Path;
use std::time::Duration;
use tokio::task::yield_now;

const NOTES: &str = "CREATE TABLE note (id TEXT NOT NULL PRIMARY KEY)";
const WRITE: &str = "INSERT INTO note (id) VALUES ($1)";
const COUNT: &str = "SELECT COUNT(*) FROM note";
/// Is seen on the connection that made it, and on no other.
const MARK: &str = "CREATE TEMP TABLE mark (id TEXT)";
const IS_MARKED: &str = "SELECT COUNT(*) FROM sqlite_temp_schema";
/// Comes to no end. Each row is dear, so that whoever asks has to wait for it: only who waits looks at the clock.
const ENDLESS: &str = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) \
     SELECT (WITH RECURSIVE dear (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM dear WHERE k < 50000 + n) \
     SELECT COUNT(*) FROM dear) FROM number";

/// Longer than anything here takes: only a hang reaches it.
const HANG: Duration = Duration::from_secs(60);

/// A pool of one connection, to a file of notes.
async fn pool(folder: &Path) -> ConnectionPool {
    let connect = crate::sqlite::options(&folder.join("notes.sqlite")).unwrap();
    let mut connection = Connection::open(&connect).await.unwrap();
    sqlx::raw_sql(NOTES).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let set_up = "PRAGMA journal_mode = WAL".to_owned();
    ConnectionPool::new(PoolOptions {
        connect,
        set_up,
        connections_max: 1,
        idle_untested_max: None,
        answer_wait_max: None,
    })
}

async fn number(connection: &mut Connection, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(connection).await.unwrap()
}

async fn write(connection: &mut Connection) -> Result<(), sqlx::Error> {
    sqlx::query(WRITE).bind("note").execute(connection).await.map(drop)
}

/// Polls a call a few times; its outcome if it came in time.
async fn for_a_moment<T>(call: impl Future<Output = T>) -> Option<T> {
    let moment = async {
        for _ in 0..10 {
            yield_now().await;
        }
    };
    tokio::select! { biased; outcome = call => Some(outcome), () = moment => None }
}

/// Drops what was lent, and lends it again.
async fn again(lent: PooledConnection, pool: &ConnectionPool) -> PooledConnection {
    drop(lent);
    tokio::time::timeout(HANG, pool.acquire()).await.expect("it comes back").unwrap()
}

#[tokio::test]
async fn a_connection_in_order_is_lent_again_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut lent = pool.acquire().await.unwrap();
    sqlx::raw_sql(MARK).execute(&mut *lent).await.unwrap();
    assert!(lent.is_clean(), "it is not asked anything when it returns");
    let mut lent = again(lent, &pool).await;
    assert_eq!(number(&mut lent, IS_MARKED).await, 1);
}

#[tokio::test]
async fn a_transaction_that_was_left_open_is_not_met_again() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut left = pool.acquire().await.unwrap();
    left.begin("BEGIN").await.unwrap();
    write(&mut left).await.unwrap();
    assert_eq!(number(&mut left, COUNT).await, 1);
    let mut lent = again(left, &pool).await;
    assert_eq!(number(&mut lent, COUNT).await, 0, "it was taken back");

    lent.begin("BEGIN").await.unwrap();
    write(&mut lent).await.unwrap();
    lent.commit().await.unwrap();
    assert!(lent.is_clean());
    assert_eq!(number(&mut *again(lent, &pool).await, COUNT).await, 1, "what was committed stays");
}

#[tokio::test]
async fn a_statement_that_was_cut_short_is_not_met_again() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut left = pool.acquire().await.unwrap();
    assert!(for_a_moment(sqlx::query(ENDLESS).fetch_all(&mut *left)).await.is_none(), "it is at work still");
    assert!(!left.is_clean());
    let mut lent = again(left, &pool).await;
    assert!(lent.is_clean());
    assert_eq!(number(&mut lent, COUNT).await, 0);
}

#[tokio::test]
async fn a_statement_that_failed_leaves_a_connection_to_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut lent = pool.acquire().await.unwrap();
    write(&mut lent).await.unwrap();
    assert!(lent.is_clean());
    write(&mut lent).await.expect_err("the key is taken");
    assert!(!lent.is_clean(), "an error may be the connection's own");
    let mut lent = again(lent, &pool).await;
    assert_eq!(number(&mut lent, COUNT).await, 1);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_with_its_connection() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut lent = pool.acquire().await.unwrap();
    sqlx::raw_sql(MARK).execute(&mut *lent).await.unwrap();
    let connection = std::mem::take(&mut lent.connection);
    lent.connection = connection.with_answer_wait_max(Some(Duration::from_millis(1)));
    let told = sqlx::query(ENDLESS).fetch_all(&mut *lent).await.err().expect("it comes to no end");
    assert!(matches!(Error::from(told), Error::Disconnected { .. }));
    assert!(lent.is_lost());
    drop(lent);
    let mut next = pool.acquire().await.unwrap();
    assert_eq!(number(&mut next, IS_MARKED).await, 0, "its place is free at once, for another");
}

/// Lets time pass for whoever asks for it.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_connection_that_is_too_old_is_not_lent_again() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut lent = pool.acquire().await.unwrap();
    sqlx::raw_sql(MARK).execute(&mut *lent).await.unwrap();
    pass(CONNECTION_AGE_MAX / 2).await;
    let mut lent = again(lent, &pool).await;
    assert_eq!(number(&mut lent, IS_MARKED).await, 1);
    pass(CONNECTION_AGE_MAX).await;
    let mut lent = again(lent, &pool).await;
    assert_eq!(number(&mut lent, IS_MARKED).await, 0);
}

#[tokio::test]
async fn what_a_busy_moment_left_over_is_closed_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let pool = ConnectionPool::new(PoolOptions {
        connect: crate::sqlite::options(&folder.path().join("notes.sqlite")).unwrap(),
        set_up: String::new(),
        connections_max: 2,
        idle_untested_max: None,
        answer_wait_max: None,
    });
    let busy = (pool.acquire().await.unwrap(), pool.acquire().await.unwrap());
    drop(busy);
    assert_eq!(pool.idle().len(), 2);
    drop(pool.acquire().await.unwrap());
    assert_eq!(pool.idle().len(), 2, "another busy moment may come");
    pass(CONNECTION_IDLE_MAX + Duration::from_secs(1)).await;
    drop(pool.acquire().await.unwrap());
    assert_eq!(pool.idle().len(), 1);
}

#[tokio::test]
async fn who_comes_when_all_are_lent_waits_for_the_first_that_returns() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let only = pool.acquire().await.unwrap();
    let next = tokio::spawn({
        let pool = pool.clone();
        async move { pool.acquire().await.map(drop) }
    });
    for_a_moment(std::future::pending::<()>()).await;
    assert!(!next.is_finished());
    drop(only);
    tokio::time::timeout(HANG, next).await.expect("its turn comes").unwrap().unwrap();
}

#[tokio::test]
async fn who_waits_too_long_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let _only = pool.acquire().await.unwrap();
    tokio::time::pause();
    let told = pool.acquire().await.unwrap_err();
    let reason = "no connection became free in time";
    assert!(matches!(told, Error::Unavailable { reason: said, .. } if said == reason), "{told:?}");
}

#[tokio::test]
async fn closing_waits_for_what_is_lent_and_then_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let lent = pool.acquire().await.unwrap();
    assert!(for_a_moment(pool.close()).await.is_none(), "one is still lent");
    drop(lent);
    tokio::time::timeout(HANG, pool.close()).await.expect("it is back");
    let refused = pool.acquire().await.unwrap_err();
    assert!(matches!(refused, Error::Unavailable { reason: "it is closed", .. }), "{refused:?}");
}
