//! SIGKILL while a process starts: on the data that a crash left, and on a database that has no schema yet.

use std::time::{Duration, Instant};

use csp_store::{Config, Error, Migration, Schema, Store};
use csp_suite::service::Service;
use csp_tests::cluster::{Cluster, Layout, url_of};
use csp_tests::databases::Databases;
use csp_tests::faults::record;
use csp_tests::process::{self, Place, Process};
use csp_tests::{Backend, Postgres};
use jiff::Timestamp;

use crate::crash::cast::{Cast, LATER, START};
use crate::crash::load::{Load, verify};

/// Number of starts that are killed, at moments spread evenly over the time that a start takes.
const STARTS: u32 = 6;
/// Acknowledged writes before all processes are killed, and after each start that is not killed.
const WRITES_BETWEEN: usize = 60;
const REGISTRY: Service = Service::PartnerRegistry;
/// Number of applied migrations of a half-migrated schema.
const HALF: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn one_process_on_sqlite_starts_after_killed_starts() {
    starts_after_killed_starts("csp up on SQLite", Databases::sqlite(), Layout::One).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_on_postgres_start_after_killed_starts() {
    let Some(server) = Postgres::start(true) else { return };
    starts_after_killed_starts("four processes on PostgreSQL", Databases::on(&server).await, Layout::Four)
        .await;
}

async fn starts_after_killed_starts(where_: &str, databases: Databases, layout: Layout) {
    let (cast, databases) = Cast::set(databases).await;
    let mut now: Timestamp = START.parse().unwrap();
    let mut cluster = Cluster::start(databases, layout, START).await;
    let load = Load::start(&cast.by(&cluster.way()), 1);
    load.wait_for_writes(WRITES_BETWEEN).await;
    cluster.kill(cluster.members()).await;
    now += LATER;
    // The second start is timed: the first one takes longer than the later ones.
    let begun = Instant::now();
    cluster.start_missing(&now.to_string()).await;
    let took = begun.elapsed();
    load.wait_for_writes(WRITES_BETWEEN).await;
    load.wait_for_an_abandoned_call().await;
    cluster.kill(cluster.members()).await;
    now += LATER;
    let (processes, were_up) = cut_starts_off(&mut cluster, now, took).await;
    cluster.start_missing(&now.to_string()).await;
    load.wait_for_writes(WRITES_BETWEEN).await;
    let answers = load.end(&cluster, &mut now).await;
    cluster.kill(cluster.members()).await;
    let (databases, _) = cluster.stop().await;

    let verification = verify(&answers, databases, now + LATER).await;
    let result = format!(
        "{processes} starts killed within {} ms, {were_up} of them after the process was up; {} acknowledged writes, {} \
         findings",
        took.as_millis(),
        answers.writes.len(),
        verification.findings.len()
    );
    assert!(verification.findings.is_empty(), "{result}\n{:#?}", verification.findings);
    record(
        &format!("SIGKILL while processes start after a crash: {where_}"),
        "the next start finishes all work: no acknowledged write is lost, no order takes effect twice, nothing is left \
         unfinished",
        processes,
        &result,
        "each check fails on data falsified in one place: tests/crash/doctored.rs",
        "",
    );
}

/// Starts all processes [`STARTS`] times, and kills each start a little later within `took`, the time of one
/// start. Returns how many processes were started, and how many were up when they were killed. `took` may be
/// too long because the machine was busy, so that every process was up: more starts are then killed ever
/// earlier, until a process is not up yet.
async fn cut_starts_off(cluster: &mut Cluster, now: Timestamp, took: Duration) -> (usize, usize) {
    let clock = now.to_string();
    let (mut starts, mut were_up) = (0, 0);
    for start in 1..=STARTS {
        were_up += cluster.cut_starts_off(&clock, took * start / STARTS).await;
        starts += cluster.members().len();
    }
    let mut after = took / STARTS;
    while were_up == starts {
        after /= 2;
        were_up += cluster.cut_starts_off(&clock, after).await;
        starts += cluster.members().len();
    }
    (starts, were_up)
}

/// How much of a schema a database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Half,
    Whole,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_migration_leaves_the_whole_schema_or_none() {
    for backend in Backend::all() {
        // The first start is not timed: it takes longer than the later ones.
        time_of_one_start(backend).await;
        let took = time_of_one_start(backend).await;
        let mut found = [0; 2];
        for start in 1..=STARTS {
            found[usize::from(is_migrated_by(backend, took * start / STARTS).await)] += 1;
        }
        // `took` may be too long because the machine was busy: starts are killed ever earlier, until one is
        // killed before the schema is there.
        let mut after = took / STARTS;
        while found[0] == 0 {
            after /= 2;
            found[usize::from(is_migrated_by(backend, after).await)] += 1;
        }
        assert_eq!(half_migrated(backend).await, Found::Half, "half a schema is detected");
        record(
            &format!("SIGKILL while a database is migrated: {backend:?}"),
            "the database has the whole schema or none of it, and the next start migrates",
            found.iter().sum(),
            &format!("no schema {} times, the whole schema {} times", found[0], found[1]),
            "a schema with only its first migrations is detected",
            "",
        );
    }
}

/// Starts the registry on an empty database and kills it after that time. Returns whether the whole schema
/// was there: `false` means none of it, and half of it fails the test. The next start must complete the
/// schema.
async fn is_migrated_by(backend: Backend, after: Duration) -> bool {
    let databases = empty(backend).await;
    Process::start_cut_off(migrating(&databases), after).await;
    let found = schema(databases.of(REGISTRY)).await;
    assert_ne!(found, Found::Half, "half a schema after {after:?}");
    let process = Process::start(migrating(&databases)).await;
    assert!(process.stop().await.success(), "the next start migrates");
    assert_eq!(schema(databases.of(REGISTRY)).await, Found::Whole);
    found == Found::Whole
}

/// The duration of a start that is not killed.
async fn time_of_one_start(backend: Backend) -> Duration {
    let databases = empty(backend).await;
    let begun = Instant::now();
    let process = Process::start(migrating(&databases)).await;
    let took = begun.elapsed();
    process.kill().await;
    took
}

async fn empty(backend: Backend) -> Databases {
    match backend {
        Backend::Sqlite => Databases::sqlite(),
        Backend::Postgres => Databases::empty(Postgres::shared().unwrap()).await,
    }
}

/// The command that starts the registry alone and migrates its database.
fn migrating(databases: &Databases) -> tokio::process::Command {
    let places = Service::ALL.map(|service| (service, Place::of_its_own())).into();
    let url = url_of(&databases.of(REGISTRY).database);
    let mut command = process::serve(process::csp(), REGISTRY, &url, databases.folder(), &places, None);
    command.env("CSP__DATABASE__SCHEMA", "migrate");
    command
}

async fn schema(config: Config) -> Found {
    let asked = Config { schema: Schema::Require, ..config };
    match Store::open(asked, REGISTRY.name(), REGISTRY.migrations()).await {
        Ok(store) => {
            store.close().await.unwrap();
            Found::Whole
        }
        Err(Error::SchemaTooOld { missing: 1, .. }) => Found::Nothing,
        Err(Error::SchemaTooOld { .. }) => Found::Half,
        Err(other) => panic!("{other}"),
    }
}

/// How much of the schema is found on a database with its first [`HALF`] migrations only.
async fn half_migrated(backend: Backend) -> Found {
    let databases = empty(backend).await;
    let half: &'static [Migration] = &REGISTRY.migrations()[..HALF];
    Store::open(databases.of(REGISTRY), REGISTRY.name(), half).await.unwrap().close().await.unwrap();
    schema(databases.of(REGISTRY)).await
}
