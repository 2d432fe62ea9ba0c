//! What the store's own machinery is worth: its pool beside `sqlx::Pool`, its shared commits beside a commit for each
//! write. Both sides of a pair are measured in turn, slice by slice, so that whatever else the machine does meets both.
//!
//! Pools: one statement on a table of one text column, eight connections each. Commits: one inserted row, on SQLite.

use std::time::Duration;

use csp_store::{Change, Config, Migration, Store};
use csp_tests::Postgres;
use sqlx::any::AnyConnectOptions;
use sqlx::pool::PoolOptions;
use sqlx::{Any, ConnectOptions as _, Pool};

use crate::rate;

const MIGRATIONS: &[Migration] =
    &[Migration { version: 1, name: "note", sql: "CREATE TABLE note (id TEXT NOT NULL PRIMARY KEY)" }];
const READ: &str = "SELECT id FROM note WHERE id = $1";
const INSERT: &str = "INSERT INTO note (id) VALUES ($1)";
/// The same as the store writes it: only the pools differ.
const INSERT_AT_ONCE: &str = "WITH change_0 AS (INSERT INTO note (id) VALUES ($1) RETURNING 1) SELECT 1";
/// As the store sets up its own connections.
const PLAIN_PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
     PRAGMA secure_delete = ON";

/// How long each side of a pair is measured before the other one's turn.
const SLICE: Duration = Duration::from_millis(100);
/// How many slices of each side make a run.
const SLICES: usize = 20;
/// How often each pair is run.
const RUNS: usize = 3;
/// Connections of each pool: what the store opens by default.
const CONNECTIONS: u32 = csp_store::READERS_DEFAULT;
/// Callers of a pool: as many as it has connections, and more.
const POOL_IN_FLIGHT: [usize; 2] = [8, 32];
/// Writers of one file: alone, and in a crowd.
const COMMITS_IN_FLIGHT: [usize; 2] = [1, 32];

/// Prints every pair.
pub(crate) async fn run() {
    println!("{:<60} {:>14} {:>20}", "ours to the plain way", "ours", "ratio of three runs");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.sqlite");
    let store = Store::open(Config::sqlite(&path), "bench", MIGRATIONS).await.unwrap();
    let options: AnyConnectOptions = format!("sqlite://{}", path.display()).parse().unwrap();
    let options = options.disable_statement_logging();
    for in_flight in COMMITS_IN_FLIGHT {
        let plain = plain(&options, 1, false);
        pair(
            "SQLite: a write, our shared commits, a commit each",
            in_flight,
            &store,
            write,
            &plain,
            write_plainly,
        )
        .await;
    }
    pools("SQLite", &store, &options, false).await;

    let Some(server) = Postgres::start(false) else {
        println!("not measured: there is no PostgreSQL here");
        return;
    };
    let database = server.create_database(None).await;
    let config = Config::new(database.url().parse().unwrap());
    let store = Store::open(config, "bench", MIGRATIONS).await.unwrap();
    let options: AnyConnectOptions = database.url().parse().unwrap();
    pools("PostgreSQL", &store, &options.disable_statement_logging(), true).await;
}

/// The pools, reading one row and, where several may write at a time, writing one.
async fn pools(backend: &str, store: &Store, options: &AnyConnectOptions, writes: bool) {
    for (is_tested, named) in [(false, "sqlx's"), (true, "sqlx's with test_before_acquire")] {
        for in_flight in POOL_IN_FLIGHT {
            let plain = plain(options, CONNECTIONS, is_tested);
            let what = format!("{backend}: a read, our pool, {named}");
            pair(&what, in_flight, store, read, &plain, read_by_pool).await;
            if writes {
                let what = format!("{backend}: a write, our pool, {named}");
                pair(&what, in_flight, store, write, &plain, write_by_pool).await;
            }
            plain.close().await;
        }
    }
}

fn plain(options: &AnyConnectOptions, connections: u32, is_tested: bool) -> Pool<Any> {
    let is_sqlite = options.database_url.scheme() == "sqlite";
    PoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(is_tested)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if is_sqlite {
                    sqlx::raw_sql(PLAIN_PRAGMAS).execute(connection).await?;
                }
                Ok(())
            })
        })
        .connect_lazy_with(options.clone())
}

/// Measures both in turn, and prints our rate of the last run beside the ratios of all.
async fn pair<Ours, Plain>(
    what: &str,
    in_flight: usize,
    store: &Store,
    ours: fn(Store) -> Ours,
    pool: &Pool<Any>,
    plain: fn(Pool<Any>) -> Plain,
) where
    Ours: Future<Output = ()> + Send + 'static,
    Plain: Future<Output = ()> + Send + 'static,
{
    let ours = async || rate::measure(in_flight, SLICE, |_| ours(store.clone())).await.per_second;
    let plain = async || rate::measure(in_flight, SLICE, |_| plain(pool.clone())).await.per_second;
    // All connections are open before it begins.
    (ours().await, plain().await);
    let (mut ratios, mut rate) = (Vec::new(), 0.0);
    for _ in 0..RUNS {
        let mut slices = Vec::new();
        rate = 0.0;
        for _ in 0..SLICES {
            let (ours, plain) = (ours().await, plain().await);
            rate += ours / SLICES as f64;
            slices.push(ours / plain);
        }
        slices.sort_by(f64::total_cmp);
        ratios.push(slices[SLICES / 2]);
    }
    ratios.sort_by(f64::total_cmp);
    let ratio = format!("{:.2} ({:.2}–{:.2})", ratios[RUNS / 2], ratios[0], ratios[RUNS - 1]);
    println!("{:<60} {rate:>12.0}/s {ratio:>20}", format!("{what}, {in_flight} in flight"));
}

fn new_id() -> String {
    format!("{:032x}", fastrand::u128(..))
}

async fn read(store: Store) {
    let mut reader = store.read_once().await.unwrap();
    sqlx::query(READ).bind("none").fetch_optional(&mut *reader).await.unwrap();
}

async fn read_by_pool(pool: Pool<Any>) {
    let mut reader = pool.acquire().await.unwrap();
    sqlx::query(READ).bind("none").fetch_optional(&mut *reader).await.unwrap();
}

async fn write(store: Store) {
    let mut tx = store.write();
    tx.put(Change::new(INSERT).bind(new_id()));
    tx.commit().await.unwrap();
}

/// In a task of its own, as the store's: no caller cuts a write in the middle.
async fn write_by_pool(pool: Pool<Any>) {
    let write = async move {
        let mut writer = pool.acquire().await.unwrap();
        sqlx::query(INSERT_AT_ONCE).bind(new_id()).execute(&mut *writer).await.unwrap();
    };
    tokio::spawn(write).await.unwrap();
}

/// A transaction of its own, and its own wait for the disk.
async fn write_plainly(pool: Pool<Any>) {
    let mut writer = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query(INSERT).bind(new_id()).execute(&mut *writer).await.unwrap();
    writer.commit().await.unwrap();
}
