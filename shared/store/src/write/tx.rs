//! A write transaction, on either backend.

use super::disjoint::must_be_disjoint;
use crate::backend::{Backend, Transaction};
use crate::{Change, Connection, Error, journal, postgres};

/// A write transaction. Nothing is stored before [`Tx::commit`].
///
/// Changes whose result is not needed are queued by [`Tx::put`]. They are executed by the commit, or earlier
/// when a statement has to come after them. A write with nothing but queued changes costs PostgreSQL one
/// round trip, and locks no row while its command computes. All other statements run on [`Tx::conn`], which
/// executes the queued changes first.
///
/// Changes that are executed together do not see each other. No two of them may write one row, none may read
/// what another one writes, and none may use a key that another one frees. A write that breaks this rule
/// fails with [`Error::Corrupt`], as far as the text of the changes shows it. Call [`Tx::flush`] between two
/// changes that depend on each other.
///
/// Hold the transaction only briefly once it has a connection. Other writes may wait for the rows that it
/// wrote; on SQLite all other writes wait for the one writer and its commit. Never await another service
/// while holding it, and never begin a second write inside the first. Drop the transaction when a call on it
/// failed or was cancelled: what can still be done then differs between the backends. Dropping it rolls back
/// its own work only.
#[derive(Debug)]
pub struct Tx {
    backend: Backend,
    transaction: Option<Transaction>,
    put: Vec<Change>,
    /// The id of the first journal entry. When the answer to a commit is lost, this entry shows whether the
    /// commit took effect.
    mark: Option<String>,
    /// Whether the write stores nothing.
    dry: bool,
}

impl Tx {
    pub(crate) fn new(backend: Backend, dry: bool) -> Self {
        Tx { backend, transaction: None, put: Vec::new(), mark: None, dry }
    }

    /// Queues a change, which the commit executes at the latest.
    pub fn put(&mut self, change: Change) {
        self.put.push(change);
    }

    /// The connection to run statements on. The queued changes are executed first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many writers wait, no connection becomes free in time, or the store is
    /// closed; [`Error::Conflict`] and [`Error::LostRace`] from the queued changes; [`Error::Corrupt`] for a
    /// dry write, which has no connection.
    pub async fn conn(&mut self) -> Result<&mut Connection, Error> {
        if self.dry {
            return Err(Error::Corrupt("a dry write has no connection: read before it begins"));
        }
        let transaction = match &mut self.transaction {
            Some(transaction) => transaction,
            none => none.insert(self.backend.begin().await?),
        };
        must_be_disjoint(&self.put)?;
        transaction.make(std::mem::take(&mut self.put)).await?;
        Ok(transaction.conn())
    }

    /// Executes the queued changes, for statements that depend on them. A dry write only checks them.
    ///
    /// # Errors
    /// As [`Tx::conn`].
    pub async fn flush(&mut self) -> Result<(), Error> {
        match self.dry {
            true => must_be_disjoint(&std::mem::take(&mut self.put)),
            false => self.conn().await.map(drop),
        }
    }

    /// Appends entries to the journal, in order.
    pub fn append(&mut self, entries: &[journal::Entry]) {
        if self.mark.is_none() {
            self.mark = entries.first().map(|entry| entry.event_id.clone());
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
        let Tx { backend, transaction, put, mark, dry } = self;
        must_be_disjoint(&put)?;
        if dry {
            return Ok(());
        }
        let mut transaction = match (transaction, &backend) {
            (Some(transaction), _) => transaction,
            (None, _) if put.is_empty() => return Ok(()),
            (None, Backend::Postgres(server)) if postgres::is_one_statement(&put) => {
                return server.write_at_once(put, mark).await;
            }
            (None, backend) => backend.begin().await?,
        };
        transaction.make(put).await?;
        transaction.commit(mark).await
    }
}
