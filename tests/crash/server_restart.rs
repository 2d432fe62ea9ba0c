//! PostgreSQL crashes under load and restarts, while the processes of the suite keep running.

use csp_suite::service::Service;
use csp_tests::Postgres;
use csp_tests::cluster::{Cluster, Layout};
use csp_tests::databases::Databases;
use csp_tests::faults::record;
use csp_tests::health::{Health, health_of};
use tokio::time::timeout;

use crate::crash::cast::{Cast, LATER, START};
use crate::crash::load::{Load, WAIT_MAX, polls, verify};

/// How often the server crashes.
const CRASHES: usize = 2;
/// Acknowledged writes before each crash and after the last.
const WRITES_BETWEEN: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn running_processes_survive_a_restart_of_postgres() {
    let Some(mut server) = Postgres::start(true) else { return };
    let (cast, databases) = Cast::set(Databases::on(&server).await).await;
    let cluster = Cluster::start(databases, Layout::Four, START).await;
    let load = Load::start(&cast.by(&cluster.way()), 1);
    for _ in 0..CRASHES {
        load.wait_for_writes(WRITES_BETWEEN).await;
        all_become(&cluster, Health::Serving).await;
        server.crash();
        all_become(&cluster, Health::NotServing).await;
        load.wait_for_a_repeated_call().await;
        server.restart();
        all_become(&cluster, Health::Serving).await;
    }
    load.wait_for_writes(WRITES_BETWEEN).await;
    let mut now = START.parse().unwrap();
    let answers = load.end(&cluster, &mut now).await;
    let (databases, ends) = cluster.stop().await;
    assert!(ends.iter().all(|end| end.success()), "{ends:?}");

    let verification = verify(&answers, databases, now + LATER).await;
    let result = format!(
        "{} acknowledged writes, {} calls repeated, no process was restarted, {} findings",
        answers.writes.len(),
        answers.repeats,
        verification.findings.len()
    );
    assert!(verification.findings.is_empty(), "{result}\n{:#?}", verification.findings);
    record(
        "PostgreSQL crashes under load and is restarted: four processes",
        "health is NOT_SERVING until the restart, then SERVING; no acknowledged write is lost; the processes reconnect",
        CRASHES,
        &result,
        "each check fails on data falsified in one place: tests/crash/doctored.rs",
        "",
    );
}

/// Waits until every process reports this health.
async fn all_become(cluster: &Cluster, health: Health) {
    for service in Service::ALL {
        let address = cluster.place(service).public;
        let becomes = async {
            let mut poll = polls();
            while health_of(address).await != health {
                poll.tick().await;
            }
        };
        timeout(WAIT_MAX, becomes).await.unwrap_or_else(|_| panic!("{service} never became {health:?}"));
    }
}
