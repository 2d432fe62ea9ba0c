//! The throwaway server.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use csp_tests::{Backend, Postgres};
use sqlx::{Connection, PgConnection};
use tokio::net::TcpStream;

use crate::postgres_harness::scene::{COUNT, CREATE, insert};

const DATABASES: &str = "SELECT COUNT(*) FROM pg_database WHERE datname = $1";
/// The script that runs a server.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/postgres");
/// A shell that runs the script and holds its stdin open. The open stdin alone keeps the server running.
const HOLDER: &str = "exec 9> >(exec \"$0\"); read";
/// Rows written before the crash: enough for several blocks of the write-ahead log.
const ROWS: i64 = 200;

#[tokio::test]
async fn text_is_compared_by_bytes() {
    let Some(postgres) = Postgres::shared() else { return };
    let database = postgres.create_database(None).await;
    let mut client = database.connect().await;
    let sorted: Vec<String> =
        sqlx::query_scalar("SELECT x FROM (VALUES ('a'), ('B'), ('é'), ('z')) t(x) ORDER BY x")
            .fetch_all(&mut client)
            .await
            .unwrap();
    assert_eq!(sorted, ["B", "a", "z", "é"]);
}

#[tokio::test]
async fn a_copy_of_a_template_has_the_rows_of_the_template() {
    let Some(postgres) = Postgres::shared() else { return };
    let template = postgres.create_database(None).await;
    let mut client = template.connect().await;
    sqlx::query(CREATE).execute(&mut client).await.unwrap();
    insert(&mut client, 1).await.unwrap();
    client.close().await.unwrap();

    let copy = postgres.create_database(Some(template.name())).await;
    let mut client = copy.connect().await;
    insert(&mut client, 2).await.unwrap();
    let notes: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut client).await.unwrap();
    assert_eq!(notes, 2);
    let notes: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut template.connect().await).await.unwrap();
    assert_eq!(notes, 1, "a row of the copy is not in the template");
}

#[tokio::test]
async fn a_database_is_dropped_with_its_value() {
    let Some(postgres) = Postgres::shared() else { return };
    let database = postgres.create_database(None).await;
    let name = database.name().to_owned();
    let mut administrator = PgConnection::connect(postgres.url()).await.unwrap();
    let mut left = async || -> i64 {
        sqlx::query_scalar(DATABASES).bind(&name).fetch_one(&mut administrator).await.unwrap()
    };
    assert_eq!(left().await, 1);
    drop(database);
    while left().await > 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn databases_can_be_created_at_the_same_time() {
    let Some(postgres) = Postgres::shared() else { return };
    let creating = (0..8).map(|_| tokio::spawn(postgres.create_database(None)));
    let mut names = BTreeSet::new();
    for one in creating.collect::<Vec<_>>() {
        names.insert(one.await.unwrap().name().to_owned());
    }
    assert_eq!(names.len(), 8);
}

#[tokio::test]
async fn committed_rows_survive_a_crash() {
    let Some(mut postgres) = Postgres::start(true) else { return };
    let database = postgres.create_database(None).await;
    let mut client = database.connect().await;
    sqlx::query(CREATE).execute(&mut client).await.unwrap();
    for id in 0..ROWS {
        insert(&mut client, id).await.unwrap();
    }
    let mut transaction = client.begin().await.unwrap();
    insert(&mut transaction, ROWS).await.unwrap();

    postgres.crash();
    assert!(transaction.commit().await.is_err());
    assert!(TcpStream::connect(postgres.address()).await.is_err(), "the crashed server does not listen");
    postgres.restart();
    let notes: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut database.connect().await).await.unwrap();
    assert_eq!(notes, ROWS, "committed rows are there, and the uncommitted row is not");
}

#[tokio::test]
async fn a_server_stops_when_its_value_is_dropped() {
    let Some(postgres) = Postgres::start(false) else { return };
    let address = postgres.address();
    drop(TcpStream::connect(address).await.unwrap());
    drop(postgres);
    assert!(TcpStream::connect(address).await.is_err());
}

#[test]
fn a_server_does_not_outlive_the_process_that_started_it() {
    if Postgres::shared().is_none() {
        return;
    }
    let mut holder = Command::new("bash")
        .args(["-c", HOLDER, SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let address = url.trim_end().rsplit_once('@').unwrap().1.strip_suffix("/postgres").unwrap();
    drop(std::net::TcpStream::connect(address).unwrap());
    holder.kill().unwrap();
    // Reading ends when no process is left that could write: the script and the server have ended.
    let mut last_words = String::new();
    holder.stderr.take().unwrap().read_to_string(&mut last_words).unwrap();
    holder.wait().unwrap();
    assert_eq!(last_words, "");
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn both_backends_are_tested_where_postgres_is_installed() {
    let expected =
        Postgres::shared().map_or(vec![Backend::Sqlite], |_| vec![Backend::Sqlite, Backend::Postgres]);
    assert_eq!(Backend::all(), expected);
}
