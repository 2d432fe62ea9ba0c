use crate::Connection;
use crate::connection::pool::PooledConnection;
use std::ops::{Deref, DerefMut};

/// A read transaction, which dereferences to its connection. All its statements see one snapshot of the
/// database.
#[derive(Debug)]
pub struct Reader(PooledConnection);

impl Reader {
    /// `connection` must be in a transaction whose statements see one snapshot.
    pub(crate) fn new(connection: PooledConnection) -> Self {
        Reader(connection)
    }

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
