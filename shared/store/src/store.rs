//! The store itself: opened once, cloned freely.

use crate::decision::Decision;
use crate::refusals::Refusals;
use crate::sqlite::desk::Desk;
use crate::writer::{Tx, Writer};
use crate::{Config, Connection, Db, Error, Migration, migrate, sqlite};
use sqlx::pool::{Pool, PoolConnection, PoolOptions};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

/// How long a reader waits for a connection.
const READ_WAIT_MAX: Duration = Duration::from_secs(10);

/// How long closing waits for the readers that are still at work.
pub const CLOSE_WAIT_MAX: Duration = Duration::from_secs(5);

const IS_ALIVE: &str = "SELECT COUNT(*) FROM schema_migration";

/// The database of one service. Cloning shares it; all clones are closed together.
#[derive(Debug, Clone)]
pub struct Store {
    writer: Arc<Writer>,
    readers: Pool<Db>,
    refusals: Refusals,
}

impl Store {
    /// Opens the database, brings its schema up to date and starts the writer of refusals.
    ///
    /// `service` is the namespace of `migrations`; the store's own tables are migrated before.
    ///
    /// # Errors
    /// [`Error::SchemaTooNew`], [`Error::SchemaTooOld`] and [`Error::Migration`] about the schema;
    /// [`Error::Unavailable`] when the file cannot be opened.
    pub async fn open(
        config: Config,
        service: &'static str,
        migrations: &'static [Migration],
    ) -> Result<Self, Error> {
        let options = sqlite::options(&config.path)?;
        let mut connection = sqlite::open_writer(&options).await?;
        migrate::run(&mut connection, config.schema, service, migrations).await?;
        let readers = PoolOptions::new()
            .max_connections(config.readers_max.max(1))
            .acquire_timeout(READ_WAIT_MAX)
            // A connection to a file does not go stale, and asking costs a round trip.
            .test_before_acquire(false)
            .after_connect(|connection, _| Box::pin(sqlite::set_up_reader(connection)))
            .connect_lazy_with(options.clone());
        let writer = Arc::new(Writer::new(Desk::new(connection, options)));
        let refusals = Refusals::start(Arc::clone(&writer));
        Ok(Self { writer, readers, refusals })
    }

    /// A snapshot: all statements on it see the same state, however much is written meanwhile.
    ///
    /// Hold it briefly; never await another service meanwhile.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection becomes free in time.
    pub async fn read(&self) -> Result<Reader, Error> {
        Ok(Reader(self.readers.begin().await?))
    }

    /// A connection for a single reading statement, which needs no snapshot and saves its two round trips.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection becomes free in time.
    pub async fn read_once(&self) -> Result<PoolConnection<Db>, Error> {
        Ok(self.readers.acquire().await?)
    }

    /// Begins a write: waits for its turn, in order of arrival.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait, the turn does not come in time, or the store is closed.
    pub async fn begin(&self) -> Result<Tx, Error> {
        self.writer.begin().await
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

    /// How often writes were committed since opening; writes that shared a commit count once.
    pub async fn commits(&self) -> u64 {
        self.writer.commits().await
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

    /// Writes what is left to write, empties the write-ahead log and refuses every later use.
    ///
    /// Waits for readers no longer than [`CLOSE_WAIT_MAX`].
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the file could not be flushed; what was acknowledged is safe even then.
    pub async fn close(&self) -> Result<(), Error> {
        self.drain_refusals().await;
        if tokio::time::timeout(CLOSE_WAIT_MAX, self.readers.close()).await.is_err() {
            tracing::warn!("readers were still at work when the store was closed");
        }
        self.writer.close().await
    }

    #[cfg(test)]
    pub(crate) fn writers_waiting(&self) -> usize {
        self.writer.waiting()
    }
}

/// A snapshot of the database; it derefs to the connection that statements run on.
#[derive(Debug)]
pub struct Reader(sqlx::Transaction<'static, Db>);

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
