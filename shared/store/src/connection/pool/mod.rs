//! Connections that are lent, each to one borrower at a time, and kept for the next.
//!
//! In place of sqlx's pool, which asks the server at every return whether the connection still lives: for a single
//! statement that is a second round trip. A connection that is [settled](Connection::is_settled) goes back as it is;
//! only one that its borrower left in the middle of something is put in order first, while nobody waits for it.

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

/// How long a borrower waits for a connection.
pub const CONNECTION_WAIT_MAX: Duration = Duration::from_secs(10);
/// How old a connection becomes that is lent: whatever a server keeps for it is freed now and then.
pub const CONNECTION_AGE_MAX: Duration = Duration::from_secs(30 * 60);
/// How long a connection rests that a busy moment left over; it is closed when another one returns after that.
pub const CONNECTION_REST_MAX: Duration = Duration::from_secs(10 * 60);
/// The first pause between two tries to connect to a server that is starting; each is twice as long as the one before,
/// up to [`CONNECT_PAUSE_MAX`].
const CONNECT_PAUSE_MIN: Duration = Duration::from_millis(10);
/// See [`CONNECT_PAUSE_MIN`].
const CONNECT_PAUSE_MAX: Duration = Duration::from_secs(1);

/// How connections are made and kept.
pub(crate) struct Terms {
    /// Where to.
    pub options: AnyConnectOptions,
    /// What each is told first.
    pub set_up: String,
    /// How many there are, at most; 0 counts as 1.
    pub connections_max: u32,
    /// After how long at rest one is asked whether it lives; none for one that cannot go stale.
    pub rest_unasked_max: Option<Duration>,
    /// How long an answer is waited for; none for what has no network between.
    pub answer_wait_max: Option<Duration>,
}

/// Lends connections. Cloning shares them.
#[derive(Clone)]
pub(crate) struct Lender(Arc<Shared>);

struct Shared {
    terms: Terms,
    /// One for each connection that may be lent.
    places: Arc<Semaphore>,
    /// The last one returned is the next one lent.
    at_rest: Mutex<VecDeque<Resting>>,
    is_closed: AtomicBool,
}

struct Resting {
    connection: Connection,
    opened: Instant,
    returned: Instant,
}

/// A connection that is lent; dropping it returns it.
pub struct Lent {
    connection: Connection,
    opened: Instant,
    lender: Lender,
    /// Leaves with the connection.
    place: Option<OwnedSemaphorePermit>,
}

impl Lender {
    /// Opens none yet.
    pub(crate) fn new(terms: Terms) -> Self {
        let places = Arc::new(Semaphore::new(terms.places()));
        let (at_rest, is_closed) = (Mutex::default(), AtomicBool::new(false));
        Lender(Arc::new(Shared { terms, places, at_rest, is_closed }))
    }

    /// Lends a connection that was asked after a rest whether it lives, or a new one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when none becomes free in time or the store is closed, and whatever keeps a new one from
    /// being made.
    pub(crate) async fn lend(&self) -> Result<Lent, Error> {
        let in_time = timeout(CONNECTION_WAIT_MAX, async {
            self.must_be_open()?;
            let place = Arc::clone(&self.0.places).acquire_owned().await.ok();
            self.must_be_open()?;
            let (connection, opened) = self.connection().await?;
            Ok(Lent { connection, opened, lender: self.clone(), place })
        });
        in_time.await.unwrap_or_else(|_| Err(Error::unavailable("no connection became free in time")))
    }

    fn must_be_open(&self) -> Result<(), Error> {
        let is_closed = self.0.is_closed.load(Ordering::Acquire);
        if is_closed { Err(Error::unavailable("it is closed")) } else { Ok(()) }
    }

    async fn connection(&self) -> Result<(Connection, Instant), Error> {
        while let Some(mut resting) = self.resting() {
            // Dropped, it is closed.
            if resting.opened.elapsed() > CONNECTION_AGE_MAX {
                continue;
            }
            let rested = resting.returned.elapsed();
            let is_asked = self.0.terms.rest_unasked_max.is_some_and(|unasked| rested > unasked);
            if !is_asked || resting.connection.settle().await.is_ok() {
                return Ok((resting.connection, resting.opened));
            }
        }
        Ok((self.0.terms.connect().await?, Instant::now()))
    }

    fn at_rest(&self) -> MutexGuard<'_, VecDeque<Resting>> {
        self.0.at_rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one that returned last.
    fn resting(&self) -> Option<Resting> {
        self.at_rest().pop_back()
    }

    fn take_back(&self, connection: Connection, opened: Instant) {
        if self.0.is_closed.load(Ordering::Acquire) {
            return;
        }
        let now = Instant::now();
        let mut at_rest = self.at_rest();
        at_rest.push_back(Resting { connection, opened, returned: now });
        let is_over = |rest: &mut Resting| now.duration_since(rest.returned) > CONNECTION_REST_MAX;
        let left_over = at_rest.pop_front_if(is_over);
        drop(at_rest);
        // Closed while nobody waits for the others.
        drop(left_over);
    }

    /// Closes what rests: its server is gone.
    pub(crate) fn forget_resting(&self) {
        let gone = std::mem::take(&mut *self.at_rest());
        drop(gone);
    }

    /// Lends none any more, waits until every connection is back, and closes them. Where nobody waits to the end, those
    /// that come later are closed as they come.
    pub(crate) async fn close(&self) {
        self.0.is_closed.store(true, Ordering::Release);
        self.close_resting().await;
        let places = u32::try_from(self.0.terms.places()).unwrap_or(u32::MAX);
        // The places are never closed: there is no error.
        let _all = self.0.places.acquire_many(places).await;
        self.close_resting().await;
    }

    async fn close_resting(&self) {
        while let Some(resting) = self.resting() {
            if let Err(error) = resting.connection.close().await {
                tracing::debug!(%error, "a connection did not close in order");
            }
        }
    }
}

impl Terms {
    fn places(&self) -> usize {
        usize::try_from(self.connections_max.max(1)).unwrap_or(Semaphore::MAX_PERMITS)
    }

    /// Connects, and tries again as long as the server is starting: the caller bounds the time.
    async fn connect(&self) -> Result<Connection, Error> {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(CONNECT_PAUSE_MIN)
            .with_max_delay(CONNECT_PAUSE_MAX)
            .without_max_times()
            .with_jitter();
        let connect = || async {
            let mut connection =
                Connection::open(&self.options).await?.with_answer_wait_max(self.answer_wait_max);
            sqlx::raw_sql(AssertSqlSafe(self.set_up.as_str())).execute(&mut connection).await?;
            Ok(connection)
        };
        connect.retry(pauses).sleep(tokio::time::sleep).when(is_starting).await.map_err(Error::from)
    }
}

/// Whether the server is not there yet.
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        sqlx::Error::Database(said) => said.is_transient_in_connect_phase(),
        _ => false,
    }
}

/// Puts a connection in order that was left in the middle of something, and keeps its place meanwhile. One that cannot
/// be put in order is dropped, and makes place for another.
async fn settle(
    mut connection: Connection,
    opened: Instant,
    lender: Lender,
    place: Option<OwnedSemaphorePermit>,
) {
    match connection.settle().await {
        Ok(()) => lender.take_back(connection, opened),
        Err(error) => {
            tracing::debug!(%error, "a connection was given up");
            drop(connection);
        }
    }
    drop(place);
}

impl Drop for Lent {
    fn drop(&mut self) {
        let (connection, place) = (std::mem::take(&mut self.connection), self.place.take());
        if connection.is_lost() {
            drop(connection);
        } else if connection.is_settled() {
            self.lender.take_back(connection, self.opened);
        } else if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(settle(connection, self.opened, self.lender.clone(), place));
        }
        // Without a runtime the process is ending, and the connection with it.
    }
}

impl Deref for Lent {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl fmt::Debug for Lent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Lent").finish_non_exhaustive()
    }
}

impl fmt::Debug for Lender {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Lender").finish_non_exhaustive()
    }
}
