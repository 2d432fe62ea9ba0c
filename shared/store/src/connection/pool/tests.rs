//! The next user of a connection never sees an open transaction or a running statement of the user before.

use super::{CONNECTION_AGE_MAX, CONNECTION_IDLE_MAX, ConnectionPool, PoolOptions, PooledConnection};
use crate::{Connection, Error};
use std::path::Path;
use std::time::Duration;
use tokio::task::yield_now;

const NOTES: &str = "CREATE TABLE note (id TEXT NOT NULL PRIMARY KEY)";
const WRITE: &str = "INSERT INTO note (id) VALUES ($1)";
const COUNT: &str = "SELECT COUNT(*) FROM note";
/// A temporary table, visible only on the connection that created it: it identifies a connection.
const MARK: &str = "CREATE TEMP TABLE mark (id TEXT)";
const IS_MARKED: &str = "SELECT COUNT(*) FROM sqlite_temp_schema";
/// A query that never ends. Each row takes long to compute, so that the caller has to wait for it: the time
/// limit is checked only while the caller waits.
const ENDLESS: &str = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number) \
     SELECT (WITH RECURSIVE dear (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM dear WHERE k < 50000 + n) \
     SELECT COUNT(*) FROM dear) FROM number";

/// Longer than any test takes: the limit is reached only when a test hangs.
const HANG: Duration = Duration::from_secs(60);

/// A pool of one connection, to a file with the table `note`.
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

/// Polls a call a few times, then drops it. Returns the outcome if it came in time.
async fn for_a_moment<T>(call: impl Future<Output = T>) -> Option<T> {
    let moment = async {
        for _ in 0..10 {
            yield_now().await;
        }
    };
    tokio::select! { biased; outcome = call => Some(outcome), () = moment => None }
}

/// Releases the connection, and acquires one again.
async fn again(lent: PooledConnection, pool: &ConnectionPool) -> PooledConnection {
    drop(lent);
    tokio::time::timeout(HANG, pool.acquire()).await.expect("the connection comes back to the pool").unwrap()
}

#[tokio::test]
async fn a_clean_connection_is_reused_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut lent = pool.acquire().await.unwrap();
    sqlx::raw_sql(MARK).execute(&mut *lent).await.unwrap();
    assert!(lent.is_clean(), "it returns to the pool without being reset");
    let mut lent = again(lent, &pool).await;
    assert_eq!(number(&mut lent, IS_MARKED).await, 1);
}

#[tokio::test]
async fn a_transaction_left_open_is_rolled_back_before_reuse() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut left = pool.acquire().await.unwrap();
    left.begin("BEGIN").await.unwrap();
    write(&mut left).await.unwrap();
    assert_eq!(number(&mut left, COUNT).await, 1);
    let mut lent = again(left, &pool).await;
    assert_eq!(number(&mut lent, COUNT).await, 0, "the open transaction was rolled back");

    lent.begin("BEGIN").await.unwrap();
    write(&mut lent).await.unwrap();
    lent.commit().await.unwrap();
    assert!(lent.is_clean());
    assert_eq!(number(&mut *again(lent, &pool).await, COUNT).await, 1, "the committed row stays");
}

#[tokio::test]
async fn a_connection_with_a_cancelled_statement_is_reset_before_reuse() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut left = pool.acquire().await.unwrap();
    assert!(
        for_a_moment(sqlx::query(ENDLESS).fetch_all(&mut *left)).await.is_none(),
        "the statement is still running"
    );
    assert!(!left.is_clean());
    let mut lent = again(left, &pool).await;
    assert!(lent.is_clean());
    assert_eq!(number(&mut lent, COUNT).await, 0);
}

#[tokio::test]
async fn a_connection_is_tested_after_a_failed_statement() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut lent = pool.acquire().await.unwrap();
    write(&mut lent).await.unwrap();
    assert!(lent.is_clean());
    write(&mut lent).await.expect_err("the key is taken");
    assert!(!lent.is_clean(), "the error may come from a broken connection");
    let mut lent = again(lent, &pool).await;
    assert_eq!(number(&mut lent, COUNT).await, 1);
}

#[tokio::test]
async fn a_connection_whose_server_does_not_answer_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let mut lent = pool.acquire().await.unwrap();
    sqlx::raw_sql(MARK).execute(&mut *lent).await.unwrap();
    let connection = std::mem::take(&mut lent.connection);
    lent.connection = connection.with_answer_wait_max(Some(Duration::from_millis(1)));
    let told = sqlx::query(ENDLESS).fetch_all(&mut *lent).await.err().expect("the query has no end");
    assert!(matches!(Error::from(told), Error::Disconnected { .. }));
    assert!(lent.is_lost());
    drop(lent);
    let mut next = pool.acquire().await.unwrap();
    assert_eq!(number(&mut next, IS_MARKED).await, 0, "the pool opens a new connection in its place");
}

/// Moves the clock of tokio forward by `time`.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_connection_that_is_too_old_is_not_reused() {
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
async fn surplus_idle_connections_are_closed_after_the_idle_limit() {
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
    assert_eq!(pool.idle().len(), 2, "idle connections are kept for another busy moment");
    pass(CONNECTION_IDLE_MAX + Duration::from_secs(1)).await;
    drop(pool.acquire().await.unwrap());
    assert_eq!(pool.idle().len(), 1);
}

#[tokio::test]
async fn a_caller_waits_until_a_connection_is_released() {
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
    tokio::time::timeout(HANG, next).await.expect("the waiting caller gets the connection").unwrap().unwrap();
}

#[tokio::test]
async fn a_caller_that_waits_too_long_gets_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let _only = pool.acquire().await.unwrap();
    tokio::time::pause();
    let told = pool.acquire().await.unwrap_err();
    let reason = "no connection became free in time";
    assert!(matches!(told, Error::Unavailable { reason: said, .. } if said == reason), "{told:?}");
}

#[tokio::test]
async fn closing_waits_for_connections_in_use_and_then_refuses_every_caller() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let lent = pool.acquire().await.unwrap();
    assert!(for_a_moment(pool.close()).await.is_none(), "one connection is still in use");
    drop(lent);
    tokio::time::timeout(HANG, pool.close()).await.expect("the connection is back in the pool");
    let refused = pool.acquire().await.unwrap_err();
    assert!(matches!(refused, Error::Unavailable { reason: "the store is closed", .. }), "{refused:?}");
}
