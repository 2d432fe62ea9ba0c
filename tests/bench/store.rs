//! Compares the store with plain sqlx: the store's pool with `sqlx::Pool`, and the store's shared commits
//! with one commit for each write. The two sides of a pair are measured alternately, slice by slice, so that
//! other load on the machine slows both.
//!
//! A pair of pools runs one statement on a table of one text column, with eight connections on each side. A
//! pair of commits inserts one row, on SQLite.

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
/// [`INSERT`] in the form in which the store sends it, so that only the pools differ.
const INSERT_AT_ONCE: &str = "WITH change_0 AS (INSERT INTO note (id) VALUES ($1) RETURNING 1) SELECT 1";
/// The settings of the store's own connections.
const PLAIN_PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
     PRAGMA secure_delete = ON";

/// How long one side of a pair is measured before the other side is measured.
const SLICE: Duration = Duration::from_millis(100);
/// Slices of each side in a run.
const SLICES: usize = 20;
/// Runs of each pair.
const RUNS: usize = 3;
/// Connections of each pool: as many as the store opens by default.
const CONNECTIONS: u32 = csp_store::READERS_DEFAULT;
/// Calls in flight on a pool: as many as its connections, and more.
const POOL_IN_FLIGHT: [usize; 2] = [8, 32];
/// Writes in flight on one SQLite file: one alone, and many that can share commits.
const COMMITS_IN_FLIGHT: [usize; 2] = [1, 32];

/// Prints every pair.
pub(crate) async fn run() {
    println!("{:<60} {:>14} {:>20}", "store / plain sqlx", "store", "ratio of three runs");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.sqlite");
    let store = Store::open(Config::sqlite(&path), "bench", MIGRATIONS).await.unwrap();
    let options: AnyConnectOptions = format!("sqlite://{}", path.display()).parse().unwrap();
    let options = options.disable_statement_logging();
    for in_flight in COMMITS_IN_FLIGHT {
        let plain = plain(&options, 1, false);
        pair(
            "SQLite: a write, shared commits / a commit each",
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

/// Compares the pools by reads of one row and, if `writes`, by writes of one row. SQLite has only one writer,
/// so its writes are left out.
async fn pools(backend: &str, store: &Store, options: &AnyConnectOptions, writes: bool) {
    for (is_tested, named) in [(false, "sqlx's"), (true, "sqlx's with test_before_acquire")] {
        for in_flight in POOL_IN_FLIGHT {
            let plain = plain(options, CONNECTIONS, is_tested);
            let what = format!("{backend}: a read, store's pool / {named}");
            pair(&what, in_flight, store, read, &plain, read_by_pool).await;
            if writes {
                let what = format!("{backend}: a write, store's pool / {named}");
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

/// Measures both sides alternately. Prints the store's rate in the last run, and the median, lowest and
/// highest ratio of the runs.
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
    // Opens all connections before the measurement begins.
    ours().await;
    plain().await;
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

/// Writes in a task of its own, as the store does: a cancelled caller must not cut off a write.
async fn write_by_pool(pool: Pool<Any>) {
    let write = async move {
        let mut writer = pool.acquire().await.unwrap();
        sqlx::query(INSERT_AT_ONCE).bind(new_id()).execute(&mut *writer).await.unwrap();
    };
    tokio::spawn(write).await.unwrap();
}

/// Writes in a transaction of its own, with a wait for the disk of its own.
async fn write_plainly(pool: Pool<Any>) {
    let mut writer = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query(INSERT).bind(new_id()).execute(&mut *writer).await.unwrap();
    writer.commit().await.unwrap();
}
