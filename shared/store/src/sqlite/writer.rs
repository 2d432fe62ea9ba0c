//! The queue for the one writing connection, and the decision when to commit a batch.
//!
//! A batch is a set of write transactions that share one commit. A member is one transaction of a batch.
//! Writers get the connection in order of arrival. A member that commits while other writers wait leaves its
//! work in the open batch. The last waiting writer, or the member that fills the batch, commits for all
//! members. The waiting writers may be cancelled before they add to the batch. Therefore the first member of
//! a batch also queues a commit, so that no member waits for a commit that never comes.
//!
//! `ARCHITECTURE.md` (section "Parts of our own") has the gain over one `BEGIN IMMEDIATE … COMMIT` for each
//! writer, and the command that measures the gain.
//!
//! Each step runs in a task of its own: a cancelled caller cannot cut a sequence of statements in the middle.

use super::batch::Batch;
use crate::detached;
use crate::{Connection, Error};
use sqlx::any::AnyConnectOptions;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

/// Maximum number of transactions that share one commit.
pub const BATCH_MEMBERS_MAX: usize = 64;

/// Maximum number of waiting writers. A further writer gets [`Error::Unavailable`].
pub const WRITERS_WAITING_MAX: usize = 4096;

/// How long a writer waits until the connection is free.
pub const WRITE_WAIT_MAX: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Writer {
    batch: Arc<Mutex<Batch>>,
    /// The number of waiting writers: only a hint whether a batch will get another member. Every batch is
    /// committed even when the hint is wrong.
    waiting: AtomicUsize,
}

impl Writer {
    pub(crate) fn new(connection: Connection, options: AnyConnectOptions) -> Self {
        let batch = Batch::new(connection, options);
        Self { batch: Arc::new(Mutex::new(batch)), waiting: AtomicUsize::new(0) }
    }

    /// Waits until the connection is free, then opens a savepoint for a new member.
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<Member, Error> {
        let turn = self.turn().await?;
        let mut member =
            Member { writer: Arc::clone(self), number: turn.number(), batch: turn, settled: false };
        detached::run(async move {
            member.batch.begin_member().await.inspect_err(|_| member.settled = true)?;
            member.number = member.batch.number();
            Ok(member)
        })
        .await
    }

    /// Commits the open batch, empties the write-ahead log, and refuses every later writer.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        let mut batch = self.turn().await?;
        detached::run(async move { batch.close().await }).await
    }

    /// The number of commits. Writes that shared a commit count once.
    #[cfg(test)]
    pub(crate) async fn commits(&self) -> u64 {
        self.batch.lock().await.commits()
    }

    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    async fn turn(&self) -> Result<OwnedMutexGuard<Batch>, Error> {
        let _waiting = Waiting::try_new(&self.waiting)?;
        let turn = timeout(WRITE_WAIT_MAX, Arc::clone(&self.batch).lock_owned()).await;
        turn.map_err(|_| Error::unavailable("the writer was not free in time"))
    }

    /// Commits the batch with this number after every writer that waits at this moment has had the
    /// connection.
    fn commit_later(&self, number: u64) {
        let batch = Arc::clone(&self.batch);
        // Without a runtime the process is ending, and the connection to the file ends with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { batch.lock_owned().await.commit(number).await });
        }
    }
}

/// A member of a batch: the write transaction that has the connection. Dropping the member rolls back its own
/// work only.
#[derive(Debug)]
pub(crate) struct Member {
    writer: Arc<Writer>,
    number: u64,
    batch: OwnedMutexGuard<Batch>,
    settled: bool,
}

impl Member {
    pub(crate) fn conn(&mut self) -> &mut Connection {
        self.batch.connection()
    }

    /// Leaves the work in the batch, and waits until the work is on disk.
    pub(crate) async fn commit(self) -> Result<(), Error> {
        let outcome = detached::run(self.end()).await?;
        outcome.await.map_err(|_| Error::unavailable("the write was not committed"))
    }

    async fn end(mut self) -> Result<tokio::sync::oneshot::Receiver<()>, Error> {
        self.settled = true;
        let is_alone = self.writer.waiting.load(Ordering::Relaxed) == 0;
        let is_full = self.batch.members().saturating_add(1) >= BATCH_MEMBERS_MAX;
        let is_last = is_alone || is_full;
        let is_first = self.batch.members() == 0;
        let outcome = self.batch.end_member(is_last).await?;
        if is_first && !is_last {
            self.writer.commit_later(self.number);
        }
        Ok(outcome)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // The next use of the connection rolls back the work of this member. The queued commit is that next
        // use, if no other comes first.
        if !self.settled {
            self.writer.commit_later(self.number);
        }
    }
}

/// A place in the queue of writers, counted until the place is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn try_new(waiting: &'a AtomicUsize) -> Result<Self, Error> {
        let place = Self(waiting);
        match waiting.fetch_add(1, Ordering::Relaxed) {
            ahead if ahead < WRITERS_WAITING_MAX => Ok(place),
            _ => Err(Error::unavailable("too many writers wait")),
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
