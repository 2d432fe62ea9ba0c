//! The two backends behind one type: each operation is passed to SQLite or to PostgreSQL.

use crate::config::Database;
use crate::connection::pool::ConnectionPool;
use crate::postgres::{self, Server};
use crate::sqlite::writer::Writer;
use crate::{Change, Config, Connection, Error, Migration, migrate, sqlite};
use std::sync::Arc;
use std::time::Duration;

/// How long [`crate::Store::close`] waits for refused decisions to be stored, and then for readers and
/// writers in use.
pub const CLOSE_WAIT_MAX: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
pub(crate) enum Backend {
    /// A SQLite file, which has one writer.
    Sqlite {
        /// The queue for the write connection.
        writer: Arc<Writer>,
        /// The connections for reading.
        readers: ConnectionPool,
    },
    /// A database on a PostgreSQL server.
    Postgres(Server),
}

impl Backend {
    pub(crate) async fn open(
        config: &Config,
        service: &'static str,
        migrations: &'static [Migration],
    ) -> Result<Self, Error> {
        match &config.database {
            Database::Sqlite(path) => {
                let options = sqlite::options(path)?;
                let mut connection = sqlite::open_writer(&options).await?;
                migrate::run(&mut connection, migrate::SQLITE, config.schema, service, migrations).await?;
                let readers = sqlite::readers(config, options.clone());
                Ok(Backend::Sqlite { writer: Arc::new(Writer::new(connection, options)), readers })
            }
            Database::Postgres(url) => {
                let mut connection = migrate::in_time(Server::connect(url)).await?;
                migrate::run(&mut connection, migrate::POSTGRES, config.schema, service, migrations).await?;
                connection.close().await?;
                Ok(Backend::Postgres(Server::new(config, url)?))
            }
        }
    }

    pub(crate) fn readers(&self) -> &ConnectionPool {
        match self {
            Backend::Sqlite { readers, .. } => readers,
            Backend::Postgres(server) => server.readers(),
        }
    }

    /// The statement that begins a transaction with one snapshot for all its statements.
    pub(crate) fn begin_read(&self) -> &'static str {
        match self {
            Backend::Sqlite { .. } => sqlite::BEGIN_READ,
            Backend::Postgres(_) => postgres::BEGIN_READ,
        }
    }

    pub(crate) async fn begin(&self) -> Result<Transaction, Error> {
        match self {
            Backend::Sqlite { writer, .. } => writer.begin().await.map(Transaction::Sqlite),
            Backend::Postgres(server) => server.begin().await.map(Transaction::Postgres),
        }
    }

    pub(crate) async fn close(&self) -> Result<(), Error> {
        let at_work = match self {
            Backend::Sqlite { readers, .. } => tokio::time::timeout(CLOSE_WAIT_MAX, readers.close()).await,
            Backend::Postgres(server) => tokio::time::timeout(CLOSE_WAIT_MAX, server.close()).await,
        };
        if at_work.is_err() {
            tracing::warn!(
                "the store was closed while connections were in use; their uncommitted writes may be lost"
            );
        }
        match self {
            Backend::Sqlite { writer, .. } => writer.close().await,
            Backend::Postgres(_) => Ok(()),
        }
    }
}

/// A write transaction that holds a connection.
#[derive(Debug)]
pub(crate) enum Transaction {
    Sqlite(sqlite::writer::Member),
    Postgres(postgres::Transaction),
}

impl Transaction {
    pub(crate) fn conn(&mut self) -> &mut Connection {
        match self {
            Transaction::Sqlite(member) => member.conn(),
            Transaction::Postgres(transaction) => transaction.conn(),
        }
    }

    pub(crate) async fn make(&mut self, changes: Vec<Change>) -> Result<(), Error> {
        match self {
            Transaction::Sqlite(member) => sqlite::make(member.conn(), changes).await,
            Transaction::Postgres(transaction) => postgres::make(transaction.conn(), changes).await,
        }
    }

    pub(crate) async fn commit(self, first_event_id: Option<String>) -> Result<(), Error> {
        match self {
            Transaction::Sqlite(member) => member.commit().await,
            Transaction::Postgres(transaction) => transaction.commit(first_event_id).await,
        }
    }
}
