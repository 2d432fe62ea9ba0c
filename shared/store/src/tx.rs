//! A write that is going on, whichever database it goes to.

use crate::{Connection, Error, journal, postgres, sqlite};

/// A write that is going on: statements run on [`Tx::conn`], nothing counts before [`Tx::commit`].
///
/// Hold it briefly: others may wait for the rows that it wrote, on SQLite all of them for the one writer and its
/// commit. Never await another service meanwhile, and never begin a second write inside the first. After a
/// statement failed, drop it: the backends differ in what may still be done. Dropping it takes back its own work
/// and nobody else's.
#[derive(Debug)]
pub struct Tx {
    write: Write,
    /// The first journal entry: by it, a commit whose answer was lost is told from one that never was.
    mark: Option<String>,
}

#[derive(Debug)]
enum Write {
    Sqlite(sqlite::writer::Turn),
    Postgres(postgres::Write),
}

impl Tx {
    pub(crate) fn sqlite(turn: sqlite::writer::Turn) -> Self {
        Tx { write: Write::Sqlite(turn), mark: None }
    }

    pub(crate) fn postgres(write: postgres::Write) -> Self {
        Tx { write: Write::Postgres(write), mark: None }
    }

    /// The connection to run statements on.
    pub fn conn(&mut self) -> &mut Connection {
        match &mut self.write {
            Write::Sqlite(turn) => turn.conn(),
            Write::Postgres(write) => write.conn(),
        }
    }

    /// Appends entries to the journal, in order.
    ///
    /// # Errors
    /// [`Error::Conflict`] when an event id was used before.
    pub async fn append(&mut self, entries: &[journal::Entry]) -> Result<(), Error> {
        if self.mark.is_none() {
            self.mark = entries.first().map(|entry| entry.event_id.clone());
        }
        journal::append(self.conn(), entries).await
    }

    /// Makes the work durable: once this returns `Ok`, it is on disk, and others may read it.
    ///
    /// Cancelling the call does not cancel the commit.
    ///
    /// # Errors
    /// [`Error::LostRace`] and [`Error::Disconnected`] when nothing was written and the same write may be made
    /// again; [`Error::Unavailable`] when it could not be written, or when nobody can tell whether it was.
    pub async fn commit(self) -> Result<(), Error> {
        match self.write {
            Write::Sqlite(turn) => turn.commit().await,
            Write::Postgres(write) => write.commit(self.mark).await,
        }
    }
}
