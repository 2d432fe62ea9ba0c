//! The store itself: opened once, cloned freely.

use crate::config::Database;
use crate::decision::Decision;
use crate::lending::{Lender, Lent};
use crate::postgres::{self, Server};
use crate::refusals::Refusals;
use crate::sqlite::writer::Writer;
use crate::tx::{Tx, Work};
use crate::{Config, Connection, Error, Migration, migrate, sqlite};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

/// How long closing waits for the readers and writers that are still at work.
pub const CLOSE_WAIT_MAX: Duration = Duration::from_secs(5);

const IS_ALIVE: &str = "SELECT COUNT(*) FROM schema_migration";

/// The database of one service. Cloning shares it; all clones are closed together.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Backend,
    refusals: Refusals,
}

/// The one place that tells the backends apart.
#[derive(Debug, Clone)]
pub(crate) enum Backend {
    /// A file with one writer.
    Sqlite {
        /// Whose turn it is to write.
        writer: Arc<Writer>,
        /// Connections that only read.
        readers: Lender,
    },
    /// A server.
    Postgres(Server),
}

impl Backend {
    async fn open(
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

    fn readers(&self) -> &Lender {
        match self {
            Backend::Sqlite { readers, .. } => readers,
            Backend::Postgres(server) => server.readers(),
        }
    }

    /// Begins a transaction whose statements see one snapshot.
    fn begin_read(&self) -> &'static str {
        match self {
            Backend::Sqlite { .. } => sqlite::BEGIN_READ,
            Backend::Postgres(_) => postgres::BEGIN_READ,
        }
    }

    pub(crate) async fn begin(&self) -> Result<Work, Error> {
        match self {
            Backend::Sqlite { writer, .. } => writer.begin().await.map(Work::Sqlite),
            Backend::Postgres(server) => server.begin().await.map(Work::Postgres),
        }
    }

    async fn close(&self) -> Result<(), Error> {
        let at_work = match self {
            Backend::Sqlite { readers, .. } => tokio::time::timeout(CLOSE_WAIT_MAX, readers.close()).await,
            Backend::Postgres(server) => tokio::time::timeout(CLOSE_WAIT_MAX, server.close()).await,
        };
        if at_work.is_err() {
            tracing::warn!("readers or writers were still at work when the store was closed");
        }
        match self {
            Backend::Sqlite { writer, .. } => writer.close().await,
            Backend::Postgres(_) => Ok(()),
        }
    }
}

impl Store {
    /// Opens the database, brings its schema up to date and starts the writer of refusals.
    ///
    /// `service` is the namespace of `migrations`; the store's own tables are migrated before.
    ///
    /// # Errors
    /// [`Error::SchemaTooNew`], [`Error::SchemaTooOld`] and [`Error::Migration`] about the schema;
    /// [`Error::Collation`] when the database orders text otherwise than by bytes; [`Error::Unavailable`] and
    /// [`Error::Disconnected`] when it cannot be reached.
    pub async fn open(
        config: Config,
        service: &'static str,
        migrations: &'static [Migration],
    ) -> Result<Self, Error> {
        let backend = Backend::open(&config, service, migrations).await?;
        let refusals = Refusals::start(backend.clone());
        Ok(Self { backend, refusals })
    }

    /// A snapshot: all statements on it see the same state, however much is written meanwhile.
    ///
    /// Hold it briefly; never await another service meanwhile.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection becomes free in time.
    pub async fn read(&self) -> Result<Reader, Error> {
        let mut reader = self.backend.readers().lend().await?;
        reader.begin(self.backend.begin_read()).await?;
        Ok(Reader(reader))
    }

    /// A connection for a single reading statement, which needs no snapshot and saves its two round trips.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection becomes free in time.
    pub async fn read_once(&self) -> Result<Lent, Error> {
        self.backend.readers().lend().await
    }

    /// A write, which takes its turn when it needs it, on SQLite in order of arrival: with its connection, or with its
    /// commit.
    pub fn write(&self) -> Tx {
        Tx::new(self.backend.clone(), false)
    }

    /// A write of which nothing lasts, whatever is put and however it ends. It has no connection and takes no turn.
    pub fn write_dry(&self) -> Tx {
        Tx::new(self.backend.clone(), true)
    }

    /// Remembers a refused decision, best effort: it is written soon, or counted as lost when too many wait.
    pub fn note_refusal(&self, refusal: Decision) {
        self.refusals.note(refusal);
    }

    /// Waits until every refusal that was noted before is written or lost.
    pub async fn drain_refusals(&self) {
        self.refusals.drain().await;
    }

    /// Refused decisions that could not be remembered, since opening.
    pub fn refusals_lost(&self) -> u64 {
        self.refusals.lost()
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        let mut reader = self.read_once().await?;
        sqlx::query(IS_ALIVE).fetch_one(&mut *reader).await?;
        Ok(())
    }

    /// Writes what is left to write, on SQLite empties the write-ahead log, and refuses every later use.
    ///
    /// Waits for refusals that were noted, and for readers and writers, no longer than [`CLOSE_WAIT_MAX`] each.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the file could not be flushed; what was acknowledged is safe even then.
    pub async fn close(&self) -> Result<(), Error> {
        // Best effort, as they are: a database that is away must not keep its process.
        if tokio::time::timeout(CLOSE_WAIT_MAX, self.drain_refusals()).await.is_err() {
            tracing::warn!("refused decisions were not written when the store was closed");
        }
        self.backend.close().await
    }

    /// The one writer of SQLite.
    #[cfg(test)]
    pub(crate) fn writer(&self) -> &Writer {
        match &self.backend {
            Backend::Sqlite { writer, .. } => writer,
            Backend::Postgres(_) => panic!("only SQLite has one writer"),
        }
    }
}

/// A snapshot of the database; it derefs to the connection that statements run on.
#[derive(Debug)]
pub struct Reader(Lent);

impl Reader {
    /// The connection to run statements on.
    pub fn conn(&mut self) -> &mut Connection {
        &mut self.0
    }
}

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}
