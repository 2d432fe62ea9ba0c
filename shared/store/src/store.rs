//! The handle of an open database.

use crate::backend::{Backend, CLOSE_WAIT_MAX};
use crate::connection::pool::PooledConnection;
use crate::write::decision::Decision;
use crate::write::refusals::Refusals;
use crate::write::tx::Tx;
use crate::{Config, Error, Migration, Reader};

const IS_ALIVE: &str = "SELECT COUNT(*) FROM schema_migration";

/// The database of one service. Clones share the database, and closing one clone closes all.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Backend,
    refusals: Refusals,
}

impl Store {
    /// Opens the database, brings its schema up to date and starts the background task that stores refused
    /// decisions.
    ///
    /// `service` is the namespace of `migrations`. The store's own tables are migrated first.
    ///
    /// # Errors
    /// [`Error::SchemaTooNew`], [`Error::SchemaTooOld`] and [`Error::Migration`] when the schema does not fit
    /// this release; [`Error::Collation`] when the database does not order text by bytes;
    /// [`Error::Unavailable`] and [`Error::Disconnected`] when the database cannot be reached.
    pub async fn open(
        config: Config,
        service: &'static str,
        migrations: &'static [Migration],
    ) -> Result<Self, Error> {
        let backend = Backend::open(&config, service, migrations).await?;
        let refusals = Refusals::start(backend.clone());
        Ok(Self { backend, refusals })
    }

    /// A snapshot: all statements on it see one state of the database, whatever is written meanwhile.
    ///
    /// Hold the snapshot briefly, and never await another service while holding it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection becomes free in time.
    pub async fn read(&self) -> Result<Reader, Error> {
        let mut reader = self.backend.readers().acquire().await?;
        reader.begin(self.backend.begin_read()).await?;
        Ok(Reader::new(reader))
    }

    /// A connection for a single reading statement. One statement needs no snapshot, and this saves the two
    /// round trips of a transaction.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection becomes free in time.
    pub async fn read_once(&self) -> Result<PooledConnection, Error> {
        self.backend.readers().acquire().await
    }

    /// Begins a write transaction, which waits for a connection only when one is needed: at the first
    /// [`Tx::conn`], or at [`Tx::commit`]. On SQLite, waiting writers are served in order of arrival.
    pub fn write(&self) -> Tx {
        Tx::new(self.backend.clone(), false)
    }

    /// Begins the write of a preview (a request that only asks for the decision). The write stores nothing,
    /// whatever its changes are and however the write ends. The write has no connection and never waits for
    /// one.
    pub fn write_dry(&self) -> Tx {
        Tx::new(self.backend.clone(), true)
    }

    /// Stores a refused decision, best effort and in the background. When too many are waiting, the decision
    /// is lost and counted.
    pub fn note_refusal(&self, refusal: Decision) {
        self.refusals.note(refusal);
    }

    /// Waits until every refused decision noted before this call is stored or lost.
    pub async fn drain_refusals(&self) {
        self.refusals.drain().await;
    }

    /// Number of refused decisions that could not be stored since the store was opened.
    pub fn refusals_lost(&self) -> u64 {
        self.refusals.lost()
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database does not answer.
    pub async fn ping(&self) -> Result<(), Error> {
        let mut reader = self.read_once().await?;
        sqlx::query(IS_ALIVE).fetch_one(&mut *reader).await?;
        Ok(())
    }

    /// Stores the waiting refused decisions, empties SQLite's write-ahead log, and refuses every later use.
    ///
    /// Waits for refused decisions to be stored, and then for readers and writers in use, at most
    /// [`CLOSE_WAIT_MAX`] each.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the write-ahead log could not be emptied. Acknowledged writes are safe
    /// even then.
    pub async fn close(&self) -> Result<(), Error> {
        // The wait is bounded: a database that does not answer must not keep the process alive.
        if tokio::time::timeout(CLOSE_WAIT_MAX, self.drain_refusals()).await.is_err() {
            tracing::warn!(
                "the store was closed before all refused decisions were stored; the rest may be lost"
            );
        }
        self.backend.close().await
    }

    #[cfg(test)]
    pub(crate) fn writer(&self) -> &crate::sqlite::writer::Writer {
        match &self.backend {
            Backend::Sqlite { writer, .. } => writer,
            Backend::Postgres(_) => panic!("only SQLite has one writer"),
        }
    }
}
