//! A caller that goes away while its transaction begins leaves none open.

use std::time::Duration;

use csp_store::{Change, Config, Database, Migration, Schema, Store};
use csp_tests::proxy::{Fault, Proxy};
use csp_tests::{Postgres, faults};
use tokio::time::timeout;

const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "note", sql: "CREATE TABLE note (id TEXT NOT NULL PRIMARY KEY)" }];
const WRITE: &str = "INSERT INTO note (id) VALUES ($1)";
const COUNT: &str = "SELECT COUNT(*) FROM note";

/// Trials of each.
const TRIALS: i64 = 5;

/// Asks until the begin of a transaction is lost in a black hole – a connection that rested is asked first whether it
/// lives –, goes away, and lets it come out again.
async fn give_up<T>(proxy: &Proxy, ask: impl AsyncFn() -> T) {
    let mut is_hit = false;
    while !is_hit {
        proxy.fail_nth(1, Fault::BlackHole);
        tokio::select! {
            biased;
            () = proxy.wait_for_faults(1) => {}
            _ = ask() => panic!("nothing comes out of a black hole"),
        }
        is_hit = proxy.faults()[0].contains("BEGIN");
        proxy.heal();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_begin_that_nobody_waits_for_leaves_no_transaction_open() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.create_database(None).await;
    let proxy = Proxy::start(database.address()).await;
    // One connection of each kind: whatever is left behind is met again.
    let config = Config {
        database: Database::Postgres(database.url_through(proxy.address())),
        schema: Schema::Migrate,
        readers_max: 1,
        writers_max: 1,
    };
    let store = Store::open(config, "test", MIGRATIONS).await.unwrap();
    let write = async |id: i64| {
        let mut tx = store.write();
        tx.put(Change::new(WRITE).bind(&id.to_string()));
        tx.commit().await.unwrap();
    };
    let read = async || -> i64 {
        let mut reader = store.read_once().await.unwrap();
        sqlx::query_scalar(COUNT).fetch_one(&mut *reader).await.unwrap()
    };
    write(0).await;
    assert_eq!(read().await, 1, "both connections are there");
    let mut beside = database.connect().await;
    for trial in 1..=TRIALS {
        give_up(&proxy, async || store.read().await.is_ok()).await;
        give_up(&proxy, async || store.write().conn().await.is_ok()).await;
        assert_eq!(read().await, trial, "nothing is read of a time before");
        timeout(Duration::from_secs(60), write(trial)).await.unwrap();
        let committed: i64 = sqlx::query_scalar(COUNT).fetch_one(&mut beside).await.unwrap();
        assert_eq!(committed, trial + 1, "what was acknowledged is committed");
    }
    faults::record(
        "a caller goes away while the server begins its transaction (Postgres)",
        "no transaction stays open on the connection: what is acknowledged later is committed, what is read is of now",
        2 * usize::try_from(TRIALS).unwrap(),
        "all seen by another connection",
        "where the connection returns as its caller left it, the first acknowledged write is not committed",
        "cargo test -p csp-tests --test statements a_begin_that_nobody_waits_for",
    );
}
