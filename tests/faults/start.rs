//! A process that must not start prints the reason and the remedy, and exits before it listens.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use csp_store::{Config, Database, Migration, Store};
use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::faults::record;
use csp_tests::process::{Place, csp};
use csp_tests::proxy::{Fault, Proxy, Tap};
use csp_tests::{Backend, Postgres};
use tokio::time::timeout;

/// A migration of a later release.
const NEXT: Migration = Migration { version: 9999, name: "next", sql: "CREATE TABLE next (id TEXT)" };
const REGISTRY: Service = Service::PartnerRegistry;
/// Longer than any refused start takes: a process that runs this long hangs.
const HANG: Duration = Duration::from_secs(60);
/// Number of the round trip in which a starting process reads the applied migrations.
const LOOKS_AT_THE_SCHEMA: usize = 4;
/// Number of the round trip in which a process that migrates creates the table of applied migrations.
const MAKES_THE_LEDGER: usize = 3;

#[tokio::test]
async fn a_database_migrated_by_a_newer_release_is_not_served() {
    for backend in Backend::all() {
        let databases = empty(backend).await;
        let newer = [REGISTRY.migrations(), &[NEXT]].concat().leak();
        let store = Store::open(databases.of(REGISTRY), REGISTRY.name(), newer).await.unwrap();
        store.close().await.unwrap();
        for schema in ["migrate", "require"] {
            let said = refuses_to_serve(&databases, &[("CSP__DATABASE__SCHEMA", schema)]).await;
            assert!(said.contains("the schema `partner-registry` is at version 9999, newer than"), "{said}");
            assert!(said.contains("; remedy: run the release that migrated it, or a later one"), "{said}");
        }
        record_start(&format!("a database migrated by a newer release: {backend:?}"), 2);
    }
}

#[tokio::test]
async fn an_unmigrated_database_is_not_served_when_a_migrated_one_is_required() {
    for backend in Backend::all() {
        let databases = empty(backend).await;
        let said = refuses_to_serve(&databases, &[("CSP__DATABASE__SCHEMA", "require")]).await;
        assert!(said.contains("run the migration job first"), "{said}");
        record_start(&format!("a database that was not migrated: {backend:?}"), 1);

        REGISTRY.migrate(databases.of(REGISTRY)).await.unwrap();
        let places = Service::ALL.map(|service| (service, Place::of_its_own())).into();
        let url = url_of(databases.of(REGISTRY));
        let process = csp_tests::process::Process::serve(REGISTRY, &url, databases.folder(), &places, None);
        assert!(process.await.stop().await.success(), "a migrated database is served");
    }
}

#[tokio::test]
async fn a_start_on_a_silent_database_fails_in_time() {
    let Some(server) = Postgres::shared() else { return };
    let databases = Databases::on(server).await;
    let database = databases.on_server(REGISTRY).unwrap();
    let road = Tap::start(database.address()).await;
    road.black_hole();
    let url = database.url_through(road.address());
    let from_the_start = [("DATABASE_URL", url.as_str())];

    let proxy = Proxy::start(database.address()).await;
    proxy.fail_nth(LOOKS_AT_THE_SCHEMA, Fault::BlackHole);
    let url = database.url_through(proxy.address());
    let then = [("CSP__DATABASE__SCHEMA", "require"), ("DATABASE_URL", url.as_str())];
    let migrating = Proxy::start(database.address()).await;
    migrating.fail_nth(MAKES_THE_LEDGER, Fault::BlackHole);
    let url = database.url_through(migrating.address());
    let when_it_migrates = [("CSP__DATABASE__SCHEMA", "migrate"), ("DATABASE_URL", url.as_str())];
    let said = tokio::join!(
        refuses_to_serve(&databases, &from_the_start),
        refuses_to_serve(&databases, &then),
        refuses_to_serve(&databases, &when_it_migrates),
    );
    for said in [said.0, said.1, said.2] {
        assert!(said.contains("the database cannot answer now: no answer came in time"), "{said}");
    }
    assert!(proxy.faults()[0].contains("FROM schema_migration"), "{:?}", proxy.faults());
    let made = "CREATE TABLE IF NOT EXISTS schema_migration";
    assert!(migrating.faults()[0].contains(made), "{:?}", migrating.faults());
    record_start("a database that is silent: Postgres", 3);
}

#[tokio::test]
async fn a_wrong_configuration_is_refused_with_its_reason() {
    let databases = Databases::sqlite();
    for (key, value, said) in [
        ("CSP__DATABASE__SCHEMA", "perhaps", "`perhaps` must be `migrate` or `require`"),
        ("CSP__DATABASE__READERS_MAX", "0", "`database.readers_max` is `0`: it must be 1 to 500"),
        ("CSP__DATABSE__URL", "sqlite:x", "unknown field `databse`"),
        ("CSP__PEERS__CUSTOMER", "nowhere", "`nowhere` must be like `http://127.0.0.1:50052`"),
        ("CSP__PEERS__STRANGER", "http://127.0.0.1:1", "must name a service"),
        ("DATABASE_URL", "mysql://h/db", "must be `sqlite:PATH` or `postgres://"),
        ("CSP__INTERNAL_LISTEN", "0.0.0.0:50052", "no loopback address"),
    ] {
        let words = refuses_to_serve(&databases, &[(key, value)]).await;
        assert!(words.contains(said), "{key}={value}: {words}");
    }
    record_start("a wrong configuration", 7);
}

#[tokio::test]
async fn a_service_without_the_address_of_a_peer_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::of_its_own();
    let said = refuses(serve(folder.path(), place), place).await;
    assert!(said.contains("peers.relationship"), "{said}");
}

/// Starts the registry with these variables in its environment, which must fail. Returns the process's
/// stderr.
async fn refuses_to_serve(databases: &Databases, environment: &[(&str, &str)]) -> String {
    let places: BTreeMap<_, _> = Service::ALL.map(|service| (service, Place::of_its_own())).into();
    let mut command = serve(databases.folder(), places[&REGISTRY]);
    command.env("DATABASE_URL", url_of(databases.of(REGISTRY)));
    for (peer, place) in &places {
        let key = peer.name().replace('-', "_").to_uppercase();
        command.env(format!("CSP__PEERS__{key}"), format!("http://{}", place.internal));
    }
    command.envs(environment.iter().copied());
    refuses(command, places[&REGISTRY]).await
}

fn serve(folder: &Path, place: Place) -> tokio::process::Command {
    let mut command = csp();
    command
        .args(["serve", REGISTRY.name(), "--dev", "--listen", &place.public.to_string(), "--data"])
        .arg(folder);
    command
}

async fn refuses(mut command: tokio::process::Command, place: Place) -> String {
    let ended = timeout(HANG, command.kill_on_drop(true).output()).await.expect("the process ends").unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(
        said.lines().last().is_some_and(|last| last.starts_with("csp: ")),
        "the last line has the reason: {said}"
    );
    assert!(!said.contains("is up"), "the process never listened: {said}");
    assert!(TcpStream::connect(place.public).is_err());
    said
}

async fn empty(backend: Backend) -> Databases {
    match backend {
        Backend::Sqlite => Databases::sqlite(),
        Backend::Postgres => Databases::empty(Postgres::shared().unwrap()).await,
    }
}

fn url_of(config: Config) -> String {
    match config.database {
        Database::Sqlite(path) => format!("sqlite:{}", path.display()),
        Database::Postgres(url) => url,
    }
}

fn record_start(fault: &str, trials: usize) {
    record(
        &format!("at the start: {fault}"),
        "the process prints the reason, exits with 1 and never listens",
        trials,
        "refused each time",
        "with a migrated database and a valid configuration the process serves",
        "",
    );
}
