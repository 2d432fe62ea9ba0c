//! The kinds of database that the suite runs on.

use crate::Postgres;

/// A kind of database. The same test body runs on each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// SQLite: embedded, one file for each service.
    Sqlite,
    /// PostgreSQL: a server.
    Postgres,
}

impl Backend {
    /// The backends to test: both, or only SQLite when PostgreSQL is missing and `CSP_WITHOUT_POSTGRES=1`
    /// allows that.
    pub fn all() -> Vec<Backend> {
        let server = Postgres::shared().map(|_| Backend::Postgres);
        std::iter::once(Backend::Sqlite).chain(server).collect()
    }
}
