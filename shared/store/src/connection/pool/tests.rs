//! Whatever a borrower leaves behind, the next one does not meet it.

use super::{CONNECTION_AGE_MAX, CONNECTION_REST_MAX, Lender, Lent, Terms};
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

/// Lends one connection, to a file of notes.
async fn lender(folder: &Path) -> Lender {
    let options = crate::sqlite::options(&folder.join("notes.sqlite")).unwrap();
    let mut connection = Connection::open(&options).await.unwrap();
    sqlx::raw_sql(NOTES).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let set_up = "PRAGMA journal_mode = WAL".to_owned();
    Lender::new(Terms { options, set_up, connections_max: 1, rest_unasked_max: None, answer_wait_max: None })
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
async fn again(lent: Lent, lender: &Lender) -> Lent {
    drop(lent);
    tokio::time::timeout(HANG, lender.lend()).await.expect("it comes back").unwrap()
}

#[tokio::test]
async fn a_connection_in_order_is_lent_again_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let lender = lender(folder.path()).await;
    let mut lent = lender.lend().await.unwrap();
    sqlx::raw_sql(MARK).execute(&mut *lent).await.unwrap();
    assert!(lent.is_settled(), "it is not asked anything when it returns");
    let mut lent = again(lent, &lender).await;
    assert_eq!(number(&mut lent, IS_MARKED).await, 1);
}

#[tokio::test]
async fn a_transaction_that_was_left_open_is_not_met_again() {
    let folder = tempfile::tempdir().unwrap();
    let lender = lender(folder.path()).await;
    let mut left = lender.lend().await.unwrap();
    left.begin("BEGIN").await.unwrap();
    write(&mut left).await.unwrap();
    assert_eq!(number(&mut left, COUNT).await, 1);
    let mut lent = again(left, &lender).await;
    assert_eq!(number(&mut lent, COUNT).await, 0, "it was taken back");

    lent.begin("BEGIN").await.unwrap();
    write(&mut lent).await.unwrap();
    lent.commit().await.unwrap();
    assert!(lent.is_settled());
    assert_eq!(number(&mut *again(lent, &lender).await, COUNT).await, 1, "what was committed stays");
}

#[tokio::test]
async fn a_statement_that_was_cut_short_is_not_met_again() {
    let folder = tempfile::tempdir().unwrap();
    let lender = lender(folder.path()).await;
    let mut left = lender.lend().await.unwrap();
    assert!(for_a_moment(sqlx::query(ENDLESS).fetch_all(&mut *left)).await.is_none(), "it is at work still");
    assert!(!left.is_settled());
    let mut lent = again(left, &lender).await;
    assert!(lent.is_settled());
    assert_eq!(number(&mut lent, COUNT).await, 0);
}

#[tokio::test]
async fn a_statement_that_failed_leaves_a_connection_to_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    let lender = lender(folder.path()).await;
    let mut lent = lender.lend().await.unwrap();
    write(&mut lent).await.unwrap();
    assert!(lent.is_settled());
    write(&mut lent).await.expect_err("the key is taken");
    assert!(!lent.is_settled(), "an error may be the connection's own");
    let mut lent = again(lent, &lender).await;
    assert_eq!(number(&mut lent, COUNT).await, 1);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up_with_its_connection() {
    let folder = tempfile::tempdir().unwrap();
    let lender = lender(folder.path()).await;
    let mut lent = lender.lend().await.unwrap();
    sqlx::raw_sql(MARK).execute(&mut *lent).await.unwrap();
    let connection = std::mem::take(&mut lent.connection);
    lent.connection = connection.with_answer_wait_max(Some(Duration::from_millis(1)));
    let told = sqlx::query(ENDLESS).fetch_all(&mut *lent).await.err().expect("it comes to no end");
    assert!(matches!(Error::from(told), Error::Disconnected { .. }));
    assert!(lent.is_lost());
    drop(lent);
    let mut next = lender.lend().await.unwrap();
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
    let lender = lender(folder.path()).await;
    let mut lent = lender.lend().await.unwrap();
    sqlx::raw_sql(MARK).execute(&mut *lent).await.unwrap();
    pass(CONNECTION_AGE_MAX / 2).await;
    let mut lent = again(lent, &lender).await;
    assert_eq!(number(&mut lent, IS_MARKED).await, 1);
    pass(CONNECTION_AGE_MAX).await;
    let mut lent = again(lent, &lender).await;
    assert_eq!(number(&mut lent, IS_MARKED).await, 0);
}

#[tokio::test]
async fn what_a_busy_moment_left_over_is_closed_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let lender = Lender::new(Terms {
        options: crate::sqlite::options(&folder.path().join("notes.sqlite")).unwrap(),
        set_up: String::new(),
        connections_max: 2,
        rest_unasked_max: None,
        answer_wait_max: None,
    });
    let busy = (lender.lend().await.unwrap(), lender.lend().await.unwrap());
    drop(busy);
    assert_eq!(lender.at_rest().len(), 2);
    drop(lender.lend().await.unwrap());
    assert_eq!(lender.at_rest().len(), 2, "another busy moment may come");
    pass(CONNECTION_REST_MAX + Duration::from_secs(1)).await;
    drop(lender.lend().await.unwrap());
    assert_eq!(lender.at_rest().len(), 1);
}

#[tokio::test]
async fn who_comes_when_all_are_lent_waits_for_the_first_that_returns() {
    let folder = tempfile::tempdir().unwrap();
    let lender = lender(folder.path()).await;
    let only = lender.lend().await.unwrap();
    let next = tokio::spawn({
        let lender = lender.clone();
        async move { lender.lend().await.map(drop) }
    });
    for_a_moment(std::future::pending::<()>()).await;
    assert!(!next.is_finished());
    drop(only);
    tokio::time::timeout(HANG, next).await.expect("its turn comes").unwrap().unwrap();
}

#[tokio::test]
async fn who_waits_too_long_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let lender = lender(folder.path()).await;
    let _only = lender.lend().await.unwrap();
    tokio::time::pause();
    let told = lender.lend().await.unwrap_err();
    let reason = "no connection became free in time";
    assert!(matches!(told, Error::Unavailable { reason: said, .. } if said == reason), "{told:?}");
}

#[tokio::test]
async fn closing_waits_for_what_is_lent_and_then_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let lender = lender(folder.path()).await;
    let lent = lender.lend().await.unwrap();
    assert!(for_a_moment(lender.close()).await.is_none(), "one is still lent");
    drop(lent);
    tokio::time::timeout(HANG, lender.close()).await.expect("it is back");
    let refused = lender.lend().await.unwrap_err();
    assert!(matches!(refused, Error::Unavailable { reason: "it is closed", .. }), "{refused:?}");
}
