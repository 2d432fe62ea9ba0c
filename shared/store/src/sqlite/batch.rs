//! The writing connection, and the batch of transactions that share one commit.
//!
//! ```text
//!      begin_member             end_member                  commit
//! Idle ──────────▶ Member ───────────────────────▶ Batch ───────────▶ Idle
//!  ▲   BEGIN,        ▲  │   RELEASE                │   │   COMMIT, acknowledge every member
//!  │   SAVEPOINT     └──┼──────────────────────────┘   │
//!  │                    │   begin_member (SAVEPOINT)   │
//!  └────────────────────┴──────────────────────────────┘
//!        any of these statements fails: ROLLBACK, every member fails with it
//! ```
//! A member is one transaction of a batch. When a member is dropped before `end_member`, the state stays
//! `Member`. The next call finds this state, and rolls back to the dropped member's savepoint first. Each
//! method runs to completion in a task of its own (see [`super::writer`]): with a statement sent but not
//! awaited, `State` would differ from the state of the connection.

use crate::{Connection, Error};
use sqlx::any::AnyConnectOptions;
use tokio::sync::oneshot;

const BEGIN_WITH_MEMBER: &str = "BEGIN IMMEDIATE; SAVEPOINT member";
const BEGIN_MEMBER: &str = "SAVEPOINT member";
const END_MEMBER: &str = "RELEASE member";
const END_MEMBER_AND_COMMIT: &str = "RELEASE member; COMMIT";
const UNDO_MEMBER: &str = "ROLLBACK TO member; RELEASE member";
const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction is open.
    Idle,
    /// A transaction is open; members may have left their work in it.
    Batch,
    /// A member's savepoint is open inside the transaction.
    Member,
    /// The state of the connection is unknown: the next member opens a new connection.
    Broken,
    /// The store was closed.
    Closed,
}

/// Reports to a member that its work was committed. When the sender is dropped without a message, the work is
/// lost.
type Acknowledgement = oneshot::Sender<()>;

#[derive(Debug)]
pub(crate) struct Batch {
    connection: Connection,
    options: AnyConnectOptions,
    state: State,
    /// Number of the open batch, or of the last one when none is open.
    number: u64,
    members: Vec<Acknowledgement>,
    commits: u64,
}

impl Batch {
    pub(crate) fn new(connection: Connection, options: AnyConnectOptions) -> Self {
        Self { connection, options, state: State::Idle, number: 0, members: Vec::new(), commits: 0 }
    }

    /// The connection, for the current member.
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// How many batches with members were committed.
    #[cfg(test)]
    pub(crate) fn commits(&self) -> u64 {
        self.commits
    }

    /// Number of the batch that the current member belongs to.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// How many members of the open batch wait for its commit.
    pub(crate) fn members(&self) -> usize {
        self.members.len()
    }

    /// Opens a savepoint for the next member, and first a transaction when no batch is open.
    pub(crate) async fn begin_member(&mut self) -> Result<(), Error> {
        self.undo_absent_member().await;
        if self.state == State::Broken {
            self.connection = super::open_writer(&self.options).await?;
            self.state = State::Idle;
        }
        let begun = match self.state {
            State::Idle => {
                self.number = self.number.wrapping_add(1);
                sqlx::raw_sql(BEGIN_WITH_MEMBER).execute(&mut self.connection).await
            }
            State::Batch => sqlx::raw_sql(BEGIN_MEMBER).execute(&mut self.connection).await,
            State::Member | State::Broken | State::Closed => {
                return Err(Error::unavailable("the store is closed"));
            }
        };
        match begun {
            Ok(_) => {
                self.state = State::Member;
                Ok(())
            }
            Err(error) => {
                self.lose_batch(&error).await;
                Err(error.into())
            }
        }
    }

    /// Leaves the current member's work in the batch, and commits the batch at once if the member `is_last`.
    /// The receiver gets a message when the work is on disk, and is closed when the work is lost.
    pub(crate) async fn end_member(&mut self, is_last: bool) -> Result<oneshot::Receiver<()>, Error> {
        let (acknowledgement, outcome) = oneshot::channel();
        let end = if is_last { END_MEMBER_AND_COMMIT } else { END_MEMBER };
        match sqlx::raw_sql(end).execute(&mut self.connection).await {
            Ok(_) => {
                self.members.push(acknowledgement);
                self.state = State::Batch;
                if is_last {
                    self.acknowledge();
                }
                Ok(outcome)
            }
            Err(error) => {
                self.lose_batch(&error).await;
                Err(error.into())
            }
        }
    }

    /// Commits the batch with this number if it is still open.
    pub(crate) async fn commit(&mut self, number: u64) {
        if number != self.number {
            return;
        }
        self.undo_absent_member().await;
        if self.state != State::Batch {
            return;
        }
        let end = if self.members.is_empty() { ROLLBACK } else { COMMIT };
        match sqlx::raw_sql(end).execute(&mut self.connection).await {
            Ok(_) => self.acknowledge(),
            Err(error) => self.lose_batch(&error).await,
        }
    }

    /// Commits the open batch, empties the write-ahead log and refuses every later member.
    pub(crate) async fn close(&mut self) -> Result<(), Error> {
        self.commit(self.number).await;
        let checkpointed = match self.state {
            State::Idle => super::checkpoint(&mut self.connection).await,
            _ => Ok(()),
        };
        self.state = State::Closed;
        checkpointed
    }

    /// Rolls back a member that was dropped before `end_member`, if there is one.
    async fn undo_absent_member(&mut self) {
        if self.state != State::Member {
            return;
        }
        match sqlx::raw_sql(UNDO_MEMBER).execute(&mut self.connection).await {
            Ok(_) => self.state = State::Batch,
            // The savepoint is missing: some errors of SQLite roll back the whole transaction.
            Err(error) => self.lose_batch(&error).await,
        }
    }

    fn acknowledge(&mut self) {
        self.state = State::Idle;
        if !self.members.is_empty() {
            self.commits = self.commits.wrapping_add(1);
        }
        for member in self.members.drain(..) {
            // A member that stopped waiting is committed too.
            let _ = member.send(());
        }
    }

    async fn lose_batch(&mut self, cause: &sqlx::Error) {
        tracing::warn!(members = self.members.len(), %cause, "a batch of writes failed and was rolled back");
        let ended = sqlx::raw_sql(ROLLBACK).execute(&mut self.connection).await;
        self.state = if ended.is_ok() { State::Idle } else { State::Broken };
        self.members.clear();
    }
}
