//! SIGKILL while a process starts: on a book that a crash left, and on a database that has no schema yet.

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
use crate::crash::load::{Load, reckon};

/// Starts that are cut off, evenly spread over the time that a start takes.
const STARTS: u32 = 6;
/// Acknowledged writes before all are killed, and after each start that is let through.
const WRITES_BETWEEN: usize = 60;
const REGISTRY: Service = Service::PartnerRegistry;
/// So many migrations are a schema that is neither there nor not.
const HALF: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn one_process_on_sqlite_starts_after_starts_that_were_killed() {
    starts_in_the_end("csp up on SQLite", Databases::sqlite(), Layout::One).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_on_postgres_start_after_starts_that_were_killed() {
    let Some(server) = Postgres::start(true) else { return };
    starts_in_the_end("four processes on PostgreSQL", Databases::on(&server).await, Layout::Four).await;
}

async fn starts_in_the_end(where_: &str, databases: Databases, layout: Layout) {
    let (cast, databases) = Cast::set(databases).await;
    let mut now: Timestamp = START.parse().unwrap();
    let mut cluster = Cluster::start(databases, layout, START).await;
    let load = Load::start(&cast.by(&cluster.way()), 1);
    load.goes_on_by(WRITES_BETWEEN).await;
    cluster.kill(cluster.members()).await;
    now += LATER;
    // Not the first start of all, which takes longer than those that follow.
    let begun = Instant::now();
    cluster.start_missing(&now.to_string()).await;
    let took = begun.elapsed();
    load.goes_on_by(WRITES_BETWEEN).await;
    load.is_abandoned_by_one().await;
    cluster.kill(cluster.members()).await;
    now += LATER;
    let (processes, were_up) = cut_starts_off(&mut cluster, now, took).await;
    cluster.start_missing(&now.to_string()).await;
    load.goes_on_by(WRITES_BETWEEN).await;
    let told = load.end(&cluster, &mut now).await;
    cluster.kill(cluster.members()).await;
    let (databases, _) = cluster.stop().await;

    let reckoning = reckon(&told, databases, now + LATER).await;
    let result = format!(
        "{processes} starts killed within {} ms, {were_up} of them when they were up; {} acknowledged writes, {} \
         findings",
        took.as_millis(),
        told.writes.len(),
        reckoning.findings.len()
    );
    assert!(reckoning.findings.is_empty(), "{result}\n{:#?}", reckoning.findings);
    record(
        &format!("SIGKILL while processes start after a crash: {where_}"),
        "the next start takes everything up: no acknowledged write lost, no effect twice, nothing left half-done",
        processes,
        &result,
        "each check fails on a doctored book: tests/crash/doctored.rs",
        "",
    );
}

/// Starts all again and again, each time cut off a little later in the time that a start took; how many starts that
/// were, and how many processes were up by then. Some were not: where the time was taken by a busy machine, and all
/// starts were faster, it is halved until one is met.
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

/// How much of a schema there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Half,
    Whole,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_is_there_or_not_when_its_migration_was_killed() {
    for backend in Backend::all() {
        // The first start of all takes longer than those that follow.
        uncut(backend).await;
        let took = uncut(backend).await;
        let mut found = [0; 2];
        for start in 1..=STARTS {
            found[usize::from(is_migrated_by(backend, took * start / STARTS).await)] += 1;
        }
        // Where the time was taken by a busy machine, it is halved until a start is met before the schema is there.
        let mut after = took / STARTS;
        while found[0] == 0 {
            after /= 2;
            found[usize::from(is_migrated_by(backend, after).await)] += 1;
        }
        assert_eq!(half_migrated(backend).await, Found::Half, "it would be seen");
        record(
            &format!("SIGKILL while a database is migrated: {backend:?}"),
            "the whole schema or nothing of it, and the next start migrates",
            found.iter().sum(),
            &format!("nothing {} times, the whole schema {} times", found[0], found[1]),
            "a schema of which the first steps only are there is found",
            "",
        );
    }
}

/// Starts on an empty database, and is cut off after that time; whether the whole schema is there by then, and not
/// nothing of it. The next start makes it good.
async fn is_migrated_by(backend: Backend, after: Duration) -> bool {
    let databases = empty(backend).await;
    Process::start_cut_off(migrating(&databases), after).await;
    let found = schema(databases.of(REGISTRY)).await;
    assert_ne!(found, Found::Half, "half a schema after {after:?}");
    let process = Process::start(migrating(&databases)).await;
    assert!(process.stop().await.success(), "the next start makes it good");
    assert_eq!(schema(databases.of(REGISTRY)).await, Found::Whole);
    found == Found::Whole
}

/// How long a start takes that nobody cuts off.
async fn uncut(backend: Backend) -> Duration {
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

/// The registry alone, which migrates what it is started on.
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

/// A database of which the first steps only were made.
async fn half_migrated(backend: Backend) -> Found {
    let databases = empty(backend).await;
    let half: &'static [Migration] = &REGISTRY.migrations()[..HALF];
    Store::open(databases.of(REGISTRY), REGISTRY.name(), half).await.unwrap().close().await.unwrap();
    schema(databases.of(REGISTRY)).await
}
