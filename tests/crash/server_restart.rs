//! PostgreSQL crashes under load and is started again, while the processes go on.

use csp_suite::service::Service;
use csp_tests::Postgres;
use csp_tests::cluster::{Cluster, Layout};
use csp_tests::databases::Databases;
use csp_tests::faults::record;
use csp_tests::health::{Health, health_of};
use tokio::time::timeout;

use crate::crash::cast::{Cast, LATER, START};
use crate::crash::load::{Load, WAIT_MAX, looks, reckon};

/// How often the server crashes.
const CRASHES: usize = 2;
/// Acknowledged writes before each crash and after the last.
const WRITES_BETWEEN: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn processes_go_on_when_their_server_was_restarted() {
    let Some(mut server) = Postgres::start(true) else { return };
    let (cast, databases) = Cast::set(Databases::on(&server).await).await;
    let cluster = Cluster::start(databases, Layout::Four, START).await;
    let load = Load::start(&cast.by(&cluster.way()), 1);
    for _ in 0..CRASHES {
        load.goes_on_by(WRITES_BETWEEN).await;
        all_become(&cluster, Health::Serving).await;
        server.crash();
        all_become(&cluster, Health::NotServing).await;
        load.meets_it().await;
        server.restart();
        all_become(&cluster, Health::Serving).await;
    }
    load.goes_on_by(WRITES_BETWEEN).await;
    let mut now = START.parse().unwrap();
    let told = load.end(&cluster, &mut now).await;
    let (databases, ends) = cluster.stop().await;
    assert!(ends.iter().all(|end| end.success()), "{ends:?}");

    let reckoning = reckon(&told, databases, now + LATER).await;
    let result = format!(
        "{} acknowledged writes, {} calls made again, the same processes go on, {} findings",
        told.writes.len(),
        told.repeats,
        reckoning.findings.len()
    );
    assert!(reckoning.findings.is_empty(), "{result}\n{:#?}", reckoning.findings);
    record(
        "PostgreSQL crashes under load and is restarted: four processes",
        "health NOT_SERVING meanwhile and SERVING after it; no acknowledged write lost; the processes reconnect",
        CRASHES,
        &result,
        "each check fails on a doctored book: tests/crash/doctored.rs",
        "",
    );
}

/// Waits until every process tells this health.
async fn all_become(cluster: &Cluster, health: Health) {
    for service in Service::ALL {
        let address = cluster.place(service).public;
        let becomes = async {
            let mut look = looks();
            while health_of(address).await != health {
                look.tick().await;
            }
        };
        timeout(WAIT_MAX, becomes).await.unwrap_or_else(|_| panic!("{service} never became {health:?}"));
    }
}
