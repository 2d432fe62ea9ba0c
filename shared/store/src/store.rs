//! The store itself: opened once, cloned freely.

use crate::backend::{Backend, CLOSE_WAIT_MAX};
use crate::connection::pool::PooledConnection;
use crate::write::decision::Decision;
use crate::write::refusals::Refusals;
use crate::write::tx::Tx;
use crate::{Config, Error, Migration, Reader};

const IS_ALIVE: &str = "SELECT COUNT(*) FROM schema_migration";

/// The database of one service. Cloning shares it; all clones are closed together.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Backend,
    refusals: Refusals,
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
        let mut reader = self.backend.readers().acquire().await?;
        reader.begin(self.backend.begin_read()).await?;
        Ok(Reader::new(reader))
    }

    /// A connection for a single reading statement, which needs no snapshot and saves its two round trips.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection becomes free in time.
    pub async fn read_once(&self) -> Result<PooledConnection, Error> {
        self.backend.readers().acquire().await
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
    pub(crate) fn writer(&self) -> &crate::sqlite::writer::Writer {
        match &self.backend {
            Backend::Sqlite { writer, .. } => writer,
            Backend::Postgres(_) => panic!("only SQLite has one writer"),
        }
    }
}
