//! A connection pool: a connection has one user at a time, and is kept for the next user.
//!
//! This pool replaces `sqlx::Pool`, which pings the server whenever a connection is released: a single
//! statement would cost a second round trip. This pool takes a [clean](Connection::is_clean) connection back
//! without a statement. Any other connection is reset first, and no caller waits for the reset.
//!
//! `ARCHITECTURE.md` (section "Parts of our own") has the gain over `sqlx::Pool` without
//! `test_before_acquire`, and the command that measures the gain.

use crate::{Connection, Error};
use backon::{ExponentialBuilder, Retryable as _};
use sqlx::AssertSqlSafe;
use sqlx::any::AnyConnectOptions;
use std::collections::VecDeque;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

#[cfg(test)]
mod tests;

/// How long a caller waits for a connection.
pub const CONNECTION_WAIT_MAX: Duration = Duration::from_secs(10);
/// Maximum age of a pooled connection: closing it frees the resources that the server keeps for it.
pub const CONNECTION_AGE_MAX: Duration = Duration::from_secs(30 * 60);
/// How long a connection may stay idle after a busy moment. The next release of another connection after that
/// time closes the idle connection.
pub const CONNECTION_IDLE_MAX: Duration = Duration::from_secs(10 * 60);
/// The first pause between two tries to connect to a server that is starting. Each pause is twice as long as
/// the one before, up to [`CONNECT_PAUSE_MAX`].
const CONNECT_PAUSE_MIN: Duration = Duration::from_millis(10);
/// Maximum pause between two tries to connect: see [`CONNECT_PAUSE_MIN`].
const CONNECT_PAUSE_MAX: Duration = Duration::from_secs(1);

/// How connections are opened and kept.
pub(crate) struct PoolOptions {
    /// The address and options of the database.
    pub connect: AnyConnectOptions,
    /// The statements that set up each new connection.
    pub set_up: String,
    /// Maximum number of connections; 0 counts as 1.
    pub connections_max: u32,
    /// An idle connection is pinged before use after this time; `None` for connections that cannot go stale.
    pub idle_untested_max: Option<Duration>,
    /// How long to wait for an answer; `None` when there is no network in between.
    pub answer_wait_max: Option<Duration>,
}

/// A connection pool. Clones share the connections.
#[derive(Clone)]
pub(crate) struct ConnectionPool(Arc<Shared>);

struct Shared {
    options: PoolOptions,
    /// One permit for each connection that may be in use.
    permits: Arc<Semaphore>,
    /// The connection released last is used next.
    idle: Mutex<VecDeque<Idle>>,
    is_closed: AtomicBool,
}

struct Idle {
    connection: Connection,
    opened: Instant,
    released: Instant,
}

/// A connection of a pool. Dropping it returns the connection to the pool.
pub struct PooledConnection {
    connection: Connection,
    opened: Instant,
    pool: ConnectionPool,
    /// Freed when the connection is back in the pool, or closed.
    permit: Option<OwnedSemaphorePermit>,
}

impl ConnectionPool {
    /// A pool without connections: the first connection is opened when it is needed.
    pub(crate) fn new(options: PoolOptions) -> Self {
        let permits = Arc::new(Semaphore::new(options.permits()));
        let (idle, is_closed) = (Mutex::default(), AtomicBool::new(false));
        ConnectionPool(Arc::new(Shared { options, permits, idle, is_closed }))
    }

    /// Returns an idle connection, pinged first when it was idle for long, or opens a new one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when no connection becomes free in time or the store is closed, and any error
    /// of opening a connection.
    pub(crate) async fn acquire(&self) -> Result<PooledConnection, Error> {
        let in_time = timeout(CONNECTION_WAIT_MAX, async {
            self.must_be_open()?;
            let permit = Arc::clone(&self.0.permits).acquire_owned().await.ok();
            self.must_be_open()?;
            let (connection, opened) = self.connection().await?;
            Ok(PooledConnection { connection, opened, pool: self.clone(), permit })
        });
        in_time.await.unwrap_or_else(|_| Err(Error::unavailable("no connection became free in time")))
    }

    fn must_be_open(&self) -> Result<(), Error> {
        let is_closed = self.0.is_closed.load(Ordering::Acquire);
        if is_closed { Err(Error::unavailable("the store is closed")) } else { Ok(()) }
    }

    async fn connection(&self) -> Result<(Connection, Instant), Error> {
        while let Some(mut idle) = self.take_idle() {
            // The connection is too old: dropping it closes it.
            if idle.opened.elapsed() > CONNECTION_AGE_MAX {
                continue;
            }
            let idle_for = idle.released.elapsed();
            let is_tested = self.0.options.idle_untested_max.is_some_and(|untested| idle_for > untested);
            if !is_tested || idle.connection.reset().await.is_ok() {
                return Ok((idle.connection, idle.opened));
            }
        }
        Ok((self.0.options.connect().await?, Instant::now()))
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<Idle>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection that was released last.
    fn take_idle(&self) -> Option<Idle> {
        self.idle().pop_back()
    }

    fn release(&self, connection: Connection, opened: Instant) {
        if self.0.is_closed.load(Ordering::Acquire) {
            return;
        }
        let now = Instant::now();
        let mut all = self.idle();
        all.push_back(Idle { connection, opened, released: now });
        let is_over = |idle: &mut Idle| now.duration_since(idle.released) > CONNECTION_IDLE_MAX;
        let left_over = all.pop_front_if(is_over);
        drop(all);
        // Dropped, and so closed, only after the lock on the idle connections was released.
        drop(left_over);
    }

    /// Closes the idle connections, because their server has stopped.
    pub(crate) fn forget_idle(&self) {
        let gone = std::mem::take(&mut *self.idle());
        drop(gone);
    }

    /// Refuses every further caller, waits until every connection is released, and closes all connections.
    /// When the caller of this function stops waiting, a connection that is released later is closed then.
    pub(crate) async fn close(&self) {
        self.0.is_closed.store(true, Ordering::Release);
        self.close_idle().await;
        let permits = u32::try_from(self.0.options.permits()).unwrap_or(u32::MAX);
        // The semaphore is never closed, so there is no error.
        let _all = self.0.permits.acquire_many(permits).await;
        self.close_idle().await;
    }

    async fn close_idle(&self) {
        while let Some(idle) = self.take_idle() {
            if let Err(error) = idle.connection.close().await {
                tracing::debug!(%error, "a connection did not close in order");
            }
        }
    }
}

impl PoolOptions {
    fn permits(&self) -> usize {
        usize::try_from(self.connections_max.max(1)).unwrap_or(Semaphore::MAX_PERMITS)
    }

    /// Connects, and tries again as long as the server is starting. The caller limits the time.
    async fn connect(&self) -> Result<Connection, Error> {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(CONNECT_PAUSE_MIN)
            .with_max_delay(CONNECT_PAUSE_MAX)
            .without_max_times()
            .with_jitter();
        let connect = || async {
            let mut connection =
                Connection::open(&self.connect).await?.with_answer_wait_max(self.answer_wait_max);
            sqlx::raw_sql(AssertSqlSafe(self.set_up.as_str())).execute(&mut connection).await?;
            Ok(connection)
        };
        connect.retry(pauses).sleep(tokio::time::sleep).when(is_starting).await.map_err(Error::from)
    }
}

/// Whether the server is not ready yet, so that another try may succeed.
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(said) => said.is_transient_in_connect_phase(),
        _ => false,
    }
}

/// Resets a connection that is not clean, and holds its permit meanwhile. A connection that cannot be reset
/// is closed, which makes room for another.
async fn reset(
    mut connection: Connection,
    opened: Instant,
    pool: ConnectionPool,
    permit: Option<OwnedSemaphorePermit>,
) {
    match connection.reset().await {
        Ok(()) => pool.release(connection, opened),
        Err(error) => {
            tracing::debug!(%error, "a connection could not be reset and was closed");
            drop(connection);
        }
    }
    drop(permit);
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        let (connection, permit) = (std::mem::take(&mut self.connection), self.permit.take());
        if connection.is_lost() {
            drop(connection);
        } else if connection.is_clean() {
            self.pool.release(connection, self.opened);
        } else if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(reset(connection, self.opened, self.pool.clone(), permit));
        }
        // Without a runtime the process is ending, and the connection ends with it.
    }
}

impl Deref for PooledConnection {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for PooledConnection {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl fmt::Debug for PooledConnection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("PooledConnection").finish_non_exhaustive()
    }
}

impl fmt::Debug for ConnectionPool {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ConnectionPool").finish_non_exhaustive()
    }
}
