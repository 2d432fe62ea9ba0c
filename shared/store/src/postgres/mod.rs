//! PostgreSQL: how its connections are set up, how a write ends when its answer is lost, and what its errors
//! mean.
//!
//! Writes run under READ COMMITTED, and every invariant is held by a row that all concerned write: a revision
//! that is compared and swapped, a guard row, a unique key. That is portable to PostgreSQL's distributed
//! relatives, and it costs no aborts of those who have nothing to do with each other.

use crate::error::Trouble;
use crate::journal::Withdrawn;
use crate::{Change, Config, Connection, Db, Error, journal};
use sqlx::AssertSqlSafe;
use sqlx::any::AnyConnectOptions;
use sqlx::pool::{Pool, PoolOptions};
use std::time::Duration;

mod together;

pub(crate) use together::{is_one_statement, make};

/// How long a reader or writer waits for a connection.
const CONNECTION_WAIT_MAX: Duration = Duration::from_secs(10);

/// A connection that was idle for longer is asked whether it lives before it is used: the server may have been
/// restarted.
const IDLE_UNASKED_MAX: Duration = Duration::from_secs(1);

/// How long the server works on one statement. Like the next two it is told to every connection: a client that goes
/// away without a word must not keep its locks until the network notices, which may be hours.
pub const STATEMENT_WAIT_MAX: Duration = Duration::from_secs(30);
/// How long a statement waits for a row that another write holds.
pub const LOCK_WAIT_MAX: Duration = Duration::from_secs(10);
/// How long a transaction may stand still between two statements.
pub const IDLE_IN_WRITE_MAX: Duration = Duration::from_secs(15);

/// How long it is looked for what became of a commit whose answer was lost, each time.
const OUTCOME_WAIT_MAX: Duration = Duration::from_secs(5);

/// How often it is looked for what became of a commit whose answer was lost.
const OUTCOME_TRIES_MAX: u32 = 5;

/// A statement that is a write by itself runs under it too, whatever the database was set to.
const WRITE_ISOLATION: &str = "SET default_transaction_isolation = 'read committed'";
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// All statements of a reader see one snapshot.
const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Pages are ordered by bytes, on every backend alike.
const ORDERS_BY_BYTES: &str = "SELECT CAST(CASE WHEN 'B' < 'a' AND 'a-b' < 'aa' THEN 1 ELSE 0 END AS BIGINT)";

/// The two pools of a store: readers never wait for writers.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    readers: Pool<Db>,
    writers: Pool<Db>,
}

impl Server {
    /// Prepares the connections; the first is opened when it is needed.
    pub(crate) fn new(config: &Config, url: &str) -> Result<Self, Error> {
        let options = options(url)?;
        let readers = pool(config.readers_max).connect_lazy_with(options.clone());
        let writers = pool(config.writers_max).connect_lazy_with(options);
        Ok(Self { readers, writers })
    }

    /// A connection of its own for a migration.
    pub(crate) async fn connect(url: &str) -> Result<Connection, Error> {
        let mut connection = sqlx::ConnectOptions::connect(&options(url)?).await?;
        must_order_by_bytes(&mut connection).await?;
        Ok(connection)
    }

    pub(crate) async fn read(&self) -> Result<sqlx::Transaction<'static, Db>, Error> {
        begin(&self.readers, BEGIN_READ).await
    }

    pub(crate) fn readers(&self) -> &Pool<Db> {
        &self.readers
    }

    pub(crate) async fn begin(&self) -> Result<Work, Error> {
        let transaction = begin(&self.writers, BEGIN_WRITE).await?;
        Ok(Work { transaction, writers: self.writers.clone() })
    }

    /// Makes changes that are one statement: it is a transaction by itself.
    pub(crate) async fn write_at_once(
        &self,
        changes: Vec<Change>,
        mark: Option<String>,
    ) -> Result<(), Error> {
        let writers = self.writers.clone();
        to_the_end(async move {
            let mut connection = writers.acquire().await?;
            match make(&mut connection, changes).await {
                Err(lost @ Error::Disconnected { .. }) => outcome(&writers, mark.as_deref(), lost).await,
                ended => ended,
            }
        })
        .await
    }

    pub(crate) async fn close(&self) {
        tokio::join!(self.readers.close(), self.writers.close());
    }
}

fn pool(connections_max: u32) -> PoolOptions<Db> {
    PoolOptions::new()
        .max_connections(connections_max.max(1))
        .acquire_timeout(CONNECTION_WAIT_MAX)
        .test_before_acquire(false)
        .after_connect(|connection, _| Box::pin(set_up(connection)))
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > IDLE_UNASKED_MAX {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
}

async fn set_up(connection: &mut Connection) -> Result<(), sqlx::Error> {
    let waits = [
        ("statement_timeout", STATEMENT_WAIT_MAX),
        ("lock_timeout", LOCK_WAIT_MAX),
        ("idle_in_transaction_session_timeout", IDLE_IN_WRITE_MAX),
    ];
    let set = waits.map(|(name, wait)| format!("SET {name} = {}", wait.as_millis())).join("; ");
    let set = format!("{set}; {WRITE_ISOLATION}");
    sqlx::raw_sql(AssertSqlSafe(set)).execute(connection).await.map(drop)
}

fn options(url: &str) -> Result<AnyConnectOptions, Error> {
    sqlx::any::install_default_drivers();
    // Neither notices nor statements belong in the log: they may show what is stored.
    Ok(sqlx::ConnectOptions::disable_statement_logging(url.parse::<AnyConnectOptions>()?))
}

async fn must_order_by_bytes(connection: &mut Connection) -> Result<(), Error> {
    let ordered: i64 = sqlx::query_scalar(ORDERS_BY_BYTES).fetch_one(connection).await?;
    if ordered == 1 { Ok(()) } else { Err(Error::Collation) }
}

/// The transaction of a write.
#[derive(Debug)]
pub(crate) struct Work {
    transaction: sqlx::Transaction<'static, Db>,
    writers: Pool<Db>,
}

impl Work {
    pub(crate) fn conn(&mut self) -> &mut Connection {
        &mut self.transaction
    }

    /// Commits. Where the answer is lost, the journal entry `mark` tells whether it was done.
    pub(crate) async fn commit(self, mark: Option<String>) -> Result<(), Error> {
        let Work { transaction, writers } = self;
        to_the_end(async move {
            match transaction.commit().await.map_err(Error::from) {
                Err(lost @ Error::Disconnected { .. }) => outcome(&writers, mark.as_deref(), lost).await,
                ended => ended,
            }
        })
        .await
    }
}

/// Begins a transaction, to the end: where the call is dropped while the server is at work on it, sqlx gives the
/// connection back with the transaction open. What is read on it from then on is of that time, and what is written at
/// once is never committed.
async fn begin(pool: &Pool<Db>, how: &'static str) -> Result<sqlx::Transaction<'static, Db>, Error> {
    let pool = pool.clone();
    to_the_end(async move { Ok(pool.begin_with(how).await?) }).await
}

/// Does it in a task of its own, which goes on when the caller goes away: neither is a transaction left open, nor the
/// outcome of a write left unknown.
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(work).await.map_err(|_| Error::unavailable("it is shutting down"))?
}

/// What became of a write whose connection broke before its end was answered: the server may be at work on it still.
async fn outcome(writers: &Pool<Db>, mark: Option<&str>, lost: Error) -> Result<(), Error> {
    let Some(mark) = mark else {
        return Err(Error::unavailable("whether the write was committed is not known"));
    };
    for _ in 0..OUTCOME_TRIES_MAX {
        let looked = tokio::time::timeout(OUTCOME_WAIT_MAX, journal::withdraw(writers, mark)).await;
        match looked.unwrap_or_else(|_| Err(Error::unavailable("the outcome did not come in time"))) {
            Ok(Withdrawn::InTime) => return Err(lost),
            Ok(Withdrawn::TooLate) => return Ok(()),
            Err(error) => tracing::warn!(%error, "the outcome of a commit could not be read yet"),
        }
    }
    Err(Error::unavailable("whether the write was committed is not known"))
}

/// What an error code of the server means: <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
pub(crate) fn trouble(code: &str) -> Trouble {
    match code {
        // Serialization failure, deadlock.
        "40001" | "40P01" => Trouble::Contended,
        // The server stops or restarts, or ended the connection: by an administrator, or since it stood still.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => Trouble::Disconnected,
        "53100" => Trouble::Unavailable("the disk is full"),
        "53200" => Trouble::Unavailable("memory is short"),
        "53300" => Trouble::Unavailable("it has no connection left"),
        "57014" | "55P03" => Trouble::Unavailable("a statement took too long"),
        "25006" => Trouble::Unavailable("it is read-only"),
        "3D000" => Trouble::Unavailable("there is no database of that name"),
        "28000" | "28P01" => Trouble::Unavailable("it refuses the user or the password"),
        code if code.starts_with("08") => Trouble::Disconnected,
        code if code.starts_with("58") => Trouble::Unavailable("input or output failed"),
        _ => Trouble::Defect,
    }
}
