//! The connection breaks while the database is at work on a write: when the service hears of it, the write is neither
//! done nor lost.

use std::time::Duration;

use csp_suite::service::Service;
use csp_tests::proxy::Fault;
use csp_tests::{Backend, faults};
use sqlx::{Connection as _, PgConnection};

use super::lost_commits::{HIDE_MARKS, behind_proxies};
use super::scene::{Mutation, Scene};

/// Orders whose write is cut off.
const TRIALS: usize = 8;
/// What every order of the customer writes: who holds it keeps the order's write from its end.
const HOLD: &str = "SELECT edge FROM edge_guard FOR UPDATE";
/// The write of an order, as the proxy tells it.
const WRITE: &str = "INSERT INTO orders";
const WITHDRAWN: &str = "SELECT COUNT(*) FROM journal WHERE resource = ''";
/// Writes that wait for the row.
const HELD: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND wait_event_type = 'Lock' AND query LIKE '%INSERT INTO orders%' AND pid <> pg_backend_pid()";
/// Writes at which the server is at work.
const AT_WORK: &str = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
     AND state = 'active' AND query LIKE '%INSERT INTO orders%' AND pid <> pg_backend_pid()";

/// How long the database may take to come to any of that, however busy the machine is.
const WAIT_MAX: Duration = Duration::from_secs(60);

/// Waits until a count is one that is awaited.
async fn counts(looks: &mut PgConnection, sql: &'static str, is_awaited: impl Fn(i64) -> bool) {
    let counted = async { while !is_awaited(count(looks, sql).await) {} };
    tokio::time::timeout(WAIT_MAX, counted).await.unwrap_or_else(|_| panic!("it does not come to it: {sql}"));
}

async fn count(connection: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
}

/// Sells as often as that; each write is cut off from the service while the server waits with it for a row, which is let
/// go when the service has given that write up. How many orders there are then.
async fn sold(orders: usize, hide_marks: bool) -> usize {
    let (suite, proxies) = behind_proxies().await;
    let scene = Scene::set(&suite, 0).await;
    let order = Mutation::SubmitOrder;
    let send = || scene.send(scene.caller(order).clone(), order, 0, "");
    // The row to hold comes to be with the first order.
    send().await.unwrap();
    let database = suite.databases().on_server(Service::Subscription).unwrap();
    let mut looks = database.connect().await;
    if hide_marks {
        sqlx::raw_sql(HIDE_MARKS).execute(&mut looks).await.unwrap();
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
            // The feed's sequencer commits as well.
            if proxy.faults().iter().any(|fault| fault.contains(WRITE)) {
                counts(&mut looks, WITHDRAWN, |withdrawn| withdrawn > before).await;
                // The one that was cut off, which the server may only begin now, and the one that is tried instead.
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
async fn a_write_that_was_given_up_is_not_made_later() {
    if !Backend::all().contains(&Backend::Postgres) {
        return;
    }
    let twice = sold(1, true).await;
    assert_eq!(twice, 2, "the negative control: what was given up under another key is made");
    assert_eq!(sold(TRIALS, false).await, TRIALS);
    faults::record(
        "SubmitOrder: the database's connection breaks while the server waits with the write for a row (Postgres)",
        "the write is given up for good, and made once by another try",
        TRIALS,
        "one order each",
        &format!("with journal entries hidden from the store: 1 order, {twice} effects"),
        "",
    );
}
