//! A write that is going on, whichever database it goes to.

use super::disjoint::must_be_disjoint;
use crate::backend::{Backend, Transaction};
use crate::{Change, Connection, Error, journal, postgres};

/// A write that is going on. Nothing counts before [`Tx::commit`].
///
/// Changes whose answer nobody needs are [`Tx::put`]: they wait until they are committed, or until something is to be
/// read after them. A write that only puts costs PostgreSQL one round trip, and holds no row while its command
/// computes. Everything else runs on [`Tx::conn`], which makes first what was put.
///
/// Of the changes that are made together none sees another's: no two of them may write one row, none may read what
/// another one writes, and none may take a key that another one frees. A write that breaks this is [`Error::Corrupt`] as
/// far as the changes tell; [`Tx::flush`] between two of them keeps it.
///
/// Hold it briefly once it has a connection: others may wait for the rows that it wrote, on SQLite all of them for the
/// one writer and its commit. Never await another service meanwhile, and never begin a second write inside the first.
/// After a call on it failed or was cut short, drop it: the backends differ in what may still be done. Dropping it
/// takes back its own work and nobody else's.
#[derive(Debug)]
pub struct Tx {
    backend: Backend,
    transaction: Option<Transaction>,
    put: Vec<Change>,
    /// The first journal entry: by it, a commit whose answer was lost is told from one that never was.
    mark: Option<String>,
    /// Whether nothing of it is to last.
    dry: bool,
}

impl Tx {
    pub(crate) fn new(backend: Backend, dry: bool) -> Self {
        Tx { backend, transaction: None, put: Vec::new(), mark: None, dry }
    }

    /// Adds a change, which is made no later than the write is committed.
    pub fn put(&mut self, change: Change) {
        self.put.push(change);
    }

    /// The connection to run statements on, after what was put.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too many wait for a connection, none becomes free in time, or the store is closed;
    /// [`Error::Conflict`] and [`Error::LostRace`] about what was put; [`Error::Corrupt`] of a dry write, which has none.
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

    /// Makes now what was put, for what comes after it: nothing to do where nothing is to last.
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

    /// Makes the work durable: once this returns `Ok`, it is on disk, and others may read it.
    ///
    /// Cancelling the call does not cancel a commit that has begun.
    ///
    /// # Errors
    /// [`Error::Conflict`] when a key that was put is taken; [`Error::LostRace`] and [`Error::Disconnected`] when
    /// nothing was written and the same write may be made again; [`Error::Unavailable`] when it could not be written,
    /// or when nobody can tell whether it was.
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
