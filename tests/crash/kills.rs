//! SIGKILL at random moments under mixed load, on both backends.
//!
//! `CSP_CRASH_KILLS` sets the number of kills: 300 is the long form. `CSP_CRASH_SEED` sets the seed, which
//! fixes the order of the load's actions and of the killed processes, but not the moments of the kills.

use csp_suite::service::Service;
use csp_tests::Postgres;
use csp_tests::cluster::{Cluster, Layout};
use csp_tests::databases::Databases;
use csp_tests::faults::record;
use csp_tests::switches::{CRASH_KILLS, CRASH_SEED};
use jiff::Timestamp;

use crate::crash::cast::{Cast, LATER, START};
use crate::crash::load::{Load, unfinished, verify};

/// Number of kills without `CSP_CRASH_KILLS`.
const KILLS_DEFAULT: usize = 4;
/// Seed without `CSP_CRASH_SEED`.
const SEED_DEFAULT: u64 = 1;
/// Upper bound, not reached, of the number of acknowledged writes between two kills.
const WRITES_BETWEEN_MAX: usize = 120;
/// Acknowledged writes after the last kill, which show that all processes work again.
const WRITES_AFTER: usize = 100;
/// One in this many kills, on average, hits all processes at once.
const ALL_ONE_OF: usize = 4;

const EXPECTED: &str = "no acknowledged write is lost, no order takes effect twice, revisions and feed positions have no \
     gap, the state equals the fold of the journal, every operation has ended, nothing remains of an undone operation";
const CONTROL: &str = "each check fails on data falsified in one place: tests/crash/doctored.rs";

#[tokio::test(flavor = "multi_thread")]
async fn one_process_on_sqlite_survives_kills() {
    survives_kills("csp up on SQLite", Databases::sqlite(), Layout::One).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_on_sqlite_survive_kills() {
    survives_kills("four processes on SQLite", Databases::sqlite(), Layout::Four).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_on_postgres_survive_kills() {
    let Some(server) = Postgres::start(true) else { return };
    survives_kills("four processes on PostgreSQL", Databases::on(&server).await, Layout::Four).await;
}

async fn survives_kills(where_: &str, databases: Databases, layout: Layout) {
    let kills = CRASH_KILLS.value().unwrap_or(KILLS_DEFAULT);
    assert!(kills > 0, "{} must be 1 or more", CRASH_KILLS.name);
    let seed = CRASH_SEED.value().unwrap_or(SEED_DEFAULT);
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut now: Timestamp = START.parse().unwrap();
    let (cast, databases) = Cast::set(databases).await;
    let mut cluster = Cluster::start(databases, layout, START).await;
    let load = Load::start(&cast.by(&cluster.way()), seed);
    let mut unfinished_found = 0;
    for kill in 1..=kills {
        load.wait_for_writes(rng.usize(1..WRITES_BETWEEN_MAX)).await;
        if rng.bool() {
            load.wait_for_an_abandoned_call().await;
        }
        let all = cluster.members();
        // The last kill hits all processes: the clocks are then advanced past every lease that a killed
        // process left, so that a call that waits for such a lease can go on.
        if layout == Layout::One || kill == kills || rng.usize(0..ALL_ONE_OF) == 0 {
            cluster.kill(all).await;
            // Not after every kill: the count opens the databases, and opening repairs a database. The
            // restarted processes must repair some databases themselves.
            if rng.bool() {
                unfinished_found += unfinished(cluster.databases()).await;
            }
            now += LATER;
        } else {
            cluster.kill(&[rng.choice(Service::ALL).unwrap()]).await;
        }
        cluster.start_missing(&now.to_string()).await;
    }
    load.wait_for_writes(WRITES_AFTER).await;
    let abandoned = load.history.abandoned();
    let answers = load.end(&cluster, &mut now).await;
    cluster.kill(cluster.members()).await;
    let (databases, _) = cluster.stop().await;

    let verification = verify(&answers, databases, now + LATER).await;
    let result = format!(
        "seed {seed}: {} acknowledged writes, {} orders, {} calls repeated, {} callers hung up, {} unfinished \
         operations and removals seen after a kill, {} journal entries, {} findings",
        answers.writes.len(),
        answers.sales.len(),
        answers.repeats,
        abandoned,
        unfinished_found,
        verification.entries,
        verification.findings.len()
    );
    assert!(verification.findings.is_empty(), "{result}\n{:#?}", verification.findings);
    assert!(!answers.sales.is_empty(), "the load sells orders");
    let fault = format!("SIGKILL at random moments under mixed load: {where_}");
    let switches = format!("{}={kills}", CRASH_KILLS.name);
    record(&fault, EXPECTED, kills, &result, CONTROL, &switches);
}
