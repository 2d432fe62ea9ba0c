//! The databases that the suite stands on.

use crate::Postgres;

/// A kind of database; one test body holds for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Embedded, one file a service.
    Sqlite,
    /// A server.
    Postgres,
}

impl Backend {
    /// Every backend that can be tested here: both, unless the lack of PostgreSQL was accepted aloud.
    pub fn all() -> Vec<Backend> {
        let server = Postgres::shared().map(|_| Backend::Postgres);
        std::iter::once(Backend::Sqlite).chain(server).collect()
    }
}
