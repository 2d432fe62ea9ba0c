//! The connection breaks while the database executes a write. When the service notices, the write is neither
//! committed nor rolled back.

use std::time::Duration;

use csp_suite::service::Service;
use csp_tests::proxy::Fault;
use csp_tests::{Backend, faults};
use sqlx::{Connection as _, PgConnection};

use super::lost_commits::{HIDE_ENTRIES, behind_proxies};
use super::scene::{Mutation, Scene};

/// Number of orders whose write is cut off.
const TRIALS: usize = 8;
/// Locks the row that every order of the customer writes, so that the write of an order cannot end.
const HOLD: &str = "SELECT edge FROM edge_guard FOR UPDATE";
/// The beginning of an order's write, as the proxy reports it.
const WRITE: &str = "INSERT INTO orders";
/// Withdrawn journal entries: one for each write that the service has abandoned.
const WITHDRAWN: &str = "SELECT COUNT(*) FROM journal WHERE resource = ''";
/// Orders' writes that wait for the row.
const HELD: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO orders%' AND pid <> pg_backend_pid()";
/// Orders' writes that the server is executing.
const AT_WORK: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND state = 'active' AND query LIKE '%INSERT INTO orders%' AND pid <> pg_backend_pid()";

/// Time limit for the database to reach an awaited count; long enough for a busy machine.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// Repeats a count until it is the awaited one.
async fn counts(looks: &mut PgConnection, sql: &'static str, is_awaited: impl Fn(i64) -> bool) {
    let counted = async { while !is_awaited(count(looks, sql).await) {} };
    tokio::time::timeout(WAIT_MAX, counted)
        .await
        .unwrap_or_else(|_| panic!("the count never became the awaited one: {sql}"));
}

async fn count(connection: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
}

/// Sells that many orders whose write is cut off: the connection to the service breaks while the write waits
/// for a row lock. The lock is released after the service has abandoned the write and sent another one.
/// Returns how many subscriptions these orders left.
async fn sold(orders: usize, hide_marks: bool) -> usize {
    let (suite, proxies) = behind_proxies().await;
    let scene = Scene::set(&suite, 0).await;
    let order = Mutation::SubmitOrder;
    let send = || scene.send(scene.caller(order).clone(), order, 0, "");
    // The first order creates the row that is locked later.
    send().await.unwrap();
    let database = suite.databases().on_server(Service::Subscription).unwrap();
    let mut looks = database.connect().await;
    if hide_marks {
        sqlx::raw_sql(HIDE_ENTRIES).execute(&mut looks).await.unwrap();
    }
    let (_, proxy) = proxies.iter().find(|(service, _)| *service == Service::Subscription).unwrap();
    let mut held = database.connect().await;
    let (mut cut_off, mut sent) = (0, 0);
    while cut_off < orders {
        let mut hold = held.begin().await.unwrap();
        sqlx::query(HOLD).execute(&mut *hold).await.unwrap();
        let before = count(&mut looks, WITHDRAWN).await;
        proxy.fail_nth_commit(1, Fault::CutDuring);
        let let_go = async {
            proxy.wait_for_faults(1).await;
            // The fault may have hit a commit of the feed's sequencer instead.
            if proxy.faults().iter().any(|fault| fault.contains(WRITE)) {
                counts(&mut looks, WITHDRAWN, |withdrawn| withdrawn > before).await;
                // Two writes wait: the one that was cut off, which the server may begin late, and its retry.
                counts(&mut looks, HELD, |held| held >= 2).await;
                cut_off += 1;
            }
            hold.rollback().await.unwrap();
        };
        let (sold, ()) = tokio::join!(send(), let_go);
        sold.unwrap();
        sent += 1;
        counts(&mut looks, AT_WORK, |at_work| at_work == 0).await;
        proxy.heal();
    }
    scene.effects(order).await - 1 - (sent - orders)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_write_is_not_committed_later() {
    if !Backend::all().contains(&Backend::Postgres) {
        return;
    }
    let twice = sold(1, true).await;
    assert_eq!(
        twice, 2,
        "the negative control: a write whose entry is hidden cannot be withdrawn and is committed"
    );
    assert_eq!(sold(TRIALS, false).await, TRIALS);
    faults::record(
        "SubmitOrder: the connection to the database breaks while the write waits for a row lock (Postgres)",
        "the cut write is never committed; a retry makes the write once",
        TRIALS,
        "one order each",
        &format!("with journal entries hidden from the store: 1 order, {twice} effects"),
        "",
    );
}
