//! PostgreSQL: how its connections are set up, and how a write is committed.
//!
//! Writes run under READ COMMITTED. Each invariant is held by a row that all its writers write: a revision
//! changed by compare-and-swap, a guard row, or a unique key. This method is portable to PostgreSQL's
//! distributed relatives, and unrelated writes never abort each other.

use crate::connection::STATEMENT_WAIT_MAX;
use crate::connection::pool::{ConnectionPool, PoolOptions, PooledConnection};
use crate::detached;
use crate::{Change, Config, Connection, Error};
use sqlx::any::AnyConnectOptions;
use std::time::Duration;

pub(crate) mod error_codes;
mod one_statement;
mod outcome;

use outcome::ended;

pub(crate) use one_statement::{is_one_statement, make};

/// A connection that was idle for longer is pinged before use: the server may have been restarted.
const IDLE_UNTESTED_MAX: Duration = Duration::from_secs(1);

/// How long a statement waits for a row that another write has locked. Set on every connection.
pub const LOCK_WAIT_MAX: Duration = Duration::from_secs(10);
/// How long a transaction may be idle between two statements. Set on every connection.
pub const IDLE_IN_WRITE_MAX: Duration = Duration::from_secs(15);

/// How long the client waits for the answer to a statement. The server cancels each statement earlier
/// ([`STATEMENT_WAIT_MAX`]), so a server that is silent for longer has stopped without closing the
/// connection.
pub const ANSWER_WAIT_MAX: Duration = Duration::from_secs(35);

/// The isolation of a transaction, and of a single statement without a transaction, whatever the default of
/// the database is.
const WRITE_ISOLATION: &str = "SET default_transaction_isolation = 'read committed'";
const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// All statements of a read transaction see one snapshot.
pub(crate) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Returns 1 when the database orders text by bytes, as SQLite does: pages of lists rely on this order.
const ORDERS_BY_BYTES: &str = "SELECT CAST(CASE WHEN 'B' < 'a' AND 'a-b' < 'aa' THEN 1 ELSE 0 END AS BIGINT)";

/// The connection pools of a store. Readers have a pool of their own, so that they never wait for writers.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    readers: ConnectionPool,
    writers: ConnectionPool,
}

impl Server {
    /// Prepares the pools; the first connection is opened when it is needed.
    pub(crate) fn new(config: &Config, url: &str) -> Result<Self, Error> {
        let options = options(url)?;
        let pool = |connections_max, connect| {
            ConnectionPool::new(PoolOptions {
                connect,
                set_up: set_up(),
                connections_max,
                idle_untested_max: Some(IDLE_UNTESTED_MAX),
                answer_wait_max: Some(ANSWER_WAIT_MAX),
            })
        };
        let (readers, writers) =
            (pool(config.readers_max, options.clone()), pool(config.writers_max, options));
        Ok(Self { readers, writers })
    }

    /// A connection outside the pools, for migrations.
    pub(crate) async fn connect(url: &str) -> Result<Connection, Error> {
        let mut connection = Connection::open(&options(url)?).await?;
        must_order_by_bytes(&mut connection).await?;
        Ok(connection)
    }

    pub(crate) fn readers(&self) -> &ConnectionPool {
        &self.readers
    }

    pub(crate) async fn begin(&self) -> Result<Transaction, Error> {
        let mut connection = self.writers.acquire().await?;
        connection.begin(BEGIN_WRITE).await?;
        Ok(Transaction { connection, writers: self.writers.clone() })
    }

    /// Executes changes that fit into one statement, which is a transaction by itself.
    pub(crate) async fn write_at_once(
        &self,
        changes: Vec<Change>,
        first_event_id: Option<String>,
    ) -> Result<(), Error> {
        let writers = self.writers.clone();
        detached::run(async move {
            let mut connection = writers.acquire().await?;
            let made = make(&mut connection, changes).await;
            ended(connection, made, &writers, first_event_id.as_deref()).await
        })
        .await
    }

    pub(crate) async fn close(&self) {
        tokio::join!(self.readers.close(), self.writers.close());
    }
}

/// The settings of every new connection.
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
    // Statements are not logged: they may contain stored data.
    Ok(sqlx::ConnectOptions::disable_statement_logging(url.parse::<AnyConnectOptions>()?))
}

async fn must_order_by_bytes(connection: &mut Connection) -> Result<(), Error> {
    let ordered: i64 = sqlx::query_scalar(ORDERS_BY_BYTES).fetch_one(connection).await?;
    if ordered == 1 { Ok(()) } else { Err(Error::Collation) }
}

/// A write transaction.
#[derive(Debug)]
pub(crate) struct Transaction {
    connection: PooledConnection,
    writers: ConnectionPool,
}

impl Transaction {
    pub(crate) fn conn(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Commits. When the answer is lost, the journal entry with the id `first_event_id` shows whether the
    /// commit took effect.
    pub(crate) async fn commit(self, first_event_id: Option<String>) -> Result<(), Error> {
        let Transaction { mut connection, writers } = self;
        detached::run(async move {
            let committed = connection.commit().await.map_err(Error::from);
            ended(connection, committed, &writers, first_event_id.as_deref()).await
        })
        .await
    }
}
