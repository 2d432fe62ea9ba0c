//! A write transaction, on either backend.

use super::disjoint::must_be_disjoint;
use crate::backend::{Backend, Transaction};
use crate::{Change, Connection, Error, journal, postgres};

/// A write transaction. Nothing is stored before [`Tx::commit`].
///
/// Changes whose result is not needed are queued by [`Tx::put`]. The commit executes the queued changes. A
/// statement on [`Tx::conn`] executes them earlier, before itself. A write that has only queued changes costs
/// PostgreSQL one round trip, and locks no row while its command computes. All other statements run on
/// [`Tx::conn`].
///
/// Changes that are executed together do not see each other. No two of them may write one row, none may read
/// a row that another one writes, and none may use a key that another one frees. A write that breaks this
/// rule fails with [`Error::Corrupt`], as far as the text of the changes shows the dependence. Call
/// [`Tx::flush`] between two changes that depend on each other.
///
/// Hold the transaction only briefly once it has a connection. Other writes may wait for the rows that the
/// transaction wrote; on SQLite all other writes wait for the one writer and its commit. Never await another
/// service while holding the transaction, and never begin a second write inside the first. Drop the
/// transaction when a call on it failed or was cancelled: the backends differ in the calls that still work
/// afterwards. Dropping the transaction rolls back its own work only.
#[derive(Debug)]
pub struct Tx {
    backend: Backend,
    transaction: Option<Transaction>,
    put: Vec<Change>,
    /// The id of the first journal entry. When the answer to a commit is lost, this entry shows whether the
    /// commit took effect.
    first_event_id: Option<String>,
    /// Whether the write belongs to a preview: the commit then stores nothing.
    is_preview: bool,
}

impl Tx {
    pub(crate) fn new(backend: Backend, is_preview: bool) -> Self {
        Tx { backend, transaction: None, put: Vec::new(), first_event_id: None, is_preview }
    }

    /// Queues a change, which the commit executes at the latest.
    pub fn put(&mut self, change: Change) {
        self.put.push(change);
    }

    /// The connection to run statements on. The queued changes are executed first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many writers wait, no connection becomes free in time, or the store is
    /// closed; [`Error::Conflict`] and [`Error::LostRace`] from the queued changes; [`Error::Corrupt`] for
    /// the write of a preview, which has no connection.
    pub async fn conn(&mut self) -> Result<&mut Connection, Error> {
        if self.is_preview {
            return Err(Error::Corrupt(
                "the write of a preview has no connection: read before the write begins",
            ));
        }
        let transaction = match &mut self.transaction {
            Some(transaction) => transaction,
            none => none.insert(self.backend.begin().await?),
        };
        must_be_disjoint(&self.put)?;
        transaction.make(std::mem::take(&mut self.put)).await?;
        Ok(transaction.conn())
    }

    /// Executes the queued changes, for statements that depend on them. The write of a preview only checks
    /// the changes.
    ///
    /// # Errors
    /// As [`Tx::conn`].
    pub async fn flush(&mut self) -> Result<(), Error> {
        match self.is_preview {
            true => must_be_disjoint(&std::mem::take(&mut self.put)),
            false => self.conn().await.map(drop),
        }
    }

    /// Appends entries to the journal, in order.
    pub fn append(&mut self, entries: &[journal::Entry]) {
        if self.first_event_id.is_none() {
            self.first_event_id = entries.first().map(|entry| entry.event_id.clone());
        }
        self.put.extend(journal::appended(entries));
    }

    /// Commits. Once this returns `Ok`, the work is on disk and visible to others.
    ///
    /// Cancelling the call does not cancel a commit that has begun.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the key of a queued change is taken; [`Error::LostRace`] and
    /// [`Error::Disconnected`] when nothing was written and the same write may be made again;
    /// [`Error::Unavailable`] when nothing could be written, or when it is unknown whether the write was
    /// committed.
    pub async fn commit(self) -> Result<(), Error> {
        let Tx { backend, transaction, put, first_event_id, is_preview } = self;
        must_be_disjoint(&put)?;
        if is_preview {
            return Ok(());
        }
        let mut transaction = match (transaction, &backend) {
            (Some(transaction), _) => transaction,
            (None, _) if put.is_empty() => return Ok(()),
            (None, Backend::Postgres(server)) if postgres::is_one_statement(&put) => {
                return server.write_at_once(put, first_event_id).await;
            }
            (None, backend) => backend.begin().await?,
        };
        transaction.make(put).await?;
        transaction.commit(first_event_id).await
    }
}
