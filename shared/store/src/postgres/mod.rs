//! PostgreSQL: how its connections are set up, how a write ends when its answer is lost, and what its errors
//! mean.
//!
//! Writes run under READ COMMITTED, and every invariant is held by a row that all concerned write: a revision
//! that is compared and swapped, a guard row, a unique key. That is portable to PostgreSQL's distributed
//! relatives, and it costs no aborts of those who have nothing to do with each other.

use crate::connection::pool::{Lender, Lent, Terms};
use crate::error::Trouble;
use crate::journal::Withdrawn;
use crate::write::tx::to_the_end;
use crate::{Change, Config, Connection, Error, journal};
use backon::{ExponentialBuilder, Retryable as _};
use sqlx::any::AnyConnectOptions;
use std::time::Duration;

mod one_statement;

pub(crate) use one_statement::{is_one_statement, make};

/// A connection that rested for longer is asked whether it lives before it is used: the server may have been restarted.
const REST_UNASKED_MAX: Duration = Duration::from_secs(1);

/// How long the server works on one statement. Like the next two it is told to every connection: a client that goes
/// away without a word must not keep its locks until the network notices, which may be hours.
pub const STATEMENT_WAIT_MAX: Duration = Duration::from_secs(30);
/// How long a statement waits for a row that another write holds.
pub const LOCK_WAIT_MAX: Duration = Duration::from_secs(10);
/// How long a transaction may stand still between two statements.
pub const IDLE_IN_WRITE_MAX: Duration = Duration::from_secs(15);

/// How long the answer to a statement is waited for: the server gives every statement up before. Whoever is silent for
/// longer is gone without a word.
pub const ANSWER_WAIT_MAX: Duration = Duration::from_secs(35);

/// How long it is looked for what became of a commit whose answer was lost, each time.
const OUTCOME_WAIT_MAX: Duration = Duration::from_secs(5);

/// How often it is looked for what became of a commit whose answer was lost.
const OUTCOME_TRIES_MAX: usize = 5;
/// The first pause between two of these; each is twice as long as the one before, up to [`OUTCOME_PAUSE_MAX`].
const OUTCOME_PAUSE_MIN: Duration = Duration::from_millis(100);
/// See [`OUTCOME_PAUSE_MIN`].
const OUTCOME_PAUSE_MAX: Duration = Duration::from_secs(1);

/// A statement that is a write by itself runs under it too, whatever the database was set to.
const WRITE_ISOLATION: &str = "SET default_transaction_isolation = 'read committed'";
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// All statements of a reader see one snapshot.
pub(crate) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Pages are ordered by bytes, on every backend alike.
const ORDERS_BY_BYTES: &str = "SELECT CAST(CASE WHEN 'B' < 'a' AND 'a-b' < 'aa' THEN 1 ELSE 0 END AS BIGINT)";

/// Where a store's connections come from: readers never wait for writers.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    readers: Lender,
    writers: Lender,
}

impl Server {
    /// Prepares the connections; the first is opened when it is needed.
    pub(crate) fn new(config: &Config, url: &str) -> Result<Self, Error> {
        let options = options(url)?;
        let lender = |connections_max, options| {
            Lender::new(Terms {
                options,
                set_up: set_up(),
                connections_max,
                rest_unasked_max: Some(REST_UNASKED_MAX),
                answer_wait_max: Some(ANSWER_WAIT_MAX),
            })
        };
        let (readers, writers) =
            (lender(config.readers_max, options.clone()), lender(config.writers_max, options));
        Ok(Self { readers, writers })
    }

    /// A connection of its own for a migration.
    pub(crate) async fn connect(url: &str) -> Result<Connection, Error> {
        let mut connection = Connection::open(&options(url)?).await?;
        must_order_by_bytes(&mut connection).await?;
        Ok(connection)
    }

    pub(crate) fn readers(&self) -> &Lender {
        &self.readers
    }

    pub(crate) async fn begin(&self) -> Result<Work, Error> {
        let mut connection = self.writers.lend().await?;
        connection.begin(BEGIN_WRITE).await?;
        Ok(Work { connection, writers: self.writers.clone() })
    }

    /// Makes changes that are one statement: it is a transaction by itself.
    pub(crate) async fn write_at_once(
        &self,
        changes: Vec<Change>,
        mark: Option<String>,
    ) -> Result<(), Error> {
        let writers = self.writers.clone();
        to_the_end(async move {
            let mut connection = writers.lend().await?;
            let made = make(&mut connection, changes).await;
            ended(connection, made, &writers, mark.as_deref()).await
        })
        .await
    }

    pub(crate) async fn close(&self) {
        tokio::join!(self.readers.close(), self.writers.close());
    }
}

/// What every connection is told first.
fn set_up() -> String {
    let waits = [
        ("statement_timeout", STATEMENT_WAIT_MAX),
        ("lock_timeout", LOCK_WAIT_MAX),
        ("idle_in_transaction_session_timeout", IDLE_IN_WRITE_MAX),
    ];
    let set = waits.map(|(name, wait)| format!("SET {name} = {}", wait.as_millis())).join("; ");
    format!("{set}; {WRITE_ISOLATION}")
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
    connection: Lent,
    writers: Lender,
}

impl Work {
    pub(crate) fn conn(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Commits. Where the answer is lost, the journal entry `mark` tells whether it was done.
    pub(crate) async fn commit(self, mark: Option<String>) -> Result<(), Error> {
        let Work { mut connection, writers } = self;
        to_the_end(async move {
            let committed = connection.commit().await.map_err(Error::from);
            ended(connection, committed, &writers, mark.as_deref()).await
        })
        .await
    }
}

/// Returns the connection of a write; where its answer was lost, finds out what became of it.
async fn ended(
    connection: Lent,
    written: Result<(), Error>,
    writers: &Lender,
    mark: Option<&str>,
) -> Result<(), Error> {
    // Its place is needed: it may be the only one.
    drop(connection);
    match written {
        Err(lost @ Error::Disconnected { .. }) => {
            // What rests hung on the same server.
            writers.forget_resting();
            outcome(writers, mark, lost).await
        }
        written => written,
    }
}

/// What became of a write whose connection broke before its end was answered: the server may be at work on it still.
async fn outcome(writers: &Lender, mark: Option<&str>, lost: Error) -> Result<(), Error> {
    let Some(mark) = mark else {
        return Err(Error::unavailable("whether the write was committed is not known"));
    };
    let look = || async {
        let looked = tokio::time::timeout(OUTCOME_WAIT_MAX, journal::withdraw(writers, mark)).await;
        looked.unwrap_or_else(|_| Err(Error::unavailable("the outcome did not come in time")))
    };
    let pauses = ExponentialBuilder::new()
        .with_min_delay(OUTCOME_PAUSE_MIN)
        .with_max_delay(OUTCOME_PAUSE_MAX)
        .with_max_times(OUTCOME_TRIES_MAX - 1)
        .with_jitter();
    let found = look
        .retry(pauses)
        .sleep(tokio::time::sleep)
        .notify(|error, _| tracing::warn!(%error, "the outcome of a commit could not be read yet"));
    match found.await {
        Ok(Withdrawn::InTime) => Err(lost),
        Ok(Withdrawn::TooLate) => Ok(()),
        Err(_) => Err(Error::unavailable("whether the write was committed is not known")),
    }
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
