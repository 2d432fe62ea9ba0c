//! What can go wrong in a store.

/// An error whose text may be shown to a client: the driver's own words are only in [`std::error::Error::source`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with this key exists already.
    #[error("a row with this key exists already")]
    Conflict(#[source] Option<sqlx::Error>),
    /// The row changed after it was read: gather, decide and write again.
    #[error("the resource changed after it was read")]
    LostRace,
    /// The database cannot answer now; the same call may succeed later.
    #[error("the database cannot answer now: {reason}")]
    Unavailable {
        /// What stood in the way, in our words.
        reason: &'static str,
        /// The driver's error, where there was one.
        #[source]
        source: Option<sqlx::Error>,
    },
    /// The file was written by a newer release than this one.
    #[error("the schema `{namespace}` is at version {found}, newer than the known {known}")]
    SchemaTooNew {
        /// Whose migrations: the service's name, or the store's own.
        namespace: &'static str,
        /// The newest version in the database.
        found: i64,
        /// The newest version that this release knows.
        known: i64,
    },
    /// A migration is missing and the configuration forbids applying it.
    #[error("the schema `{namespace}` lacks version {missing}: run the migration job first")]
    SchemaTooOld {
        /// Whose migrations.
        namespace: &'static str,
        /// The first version that is missing.
        missing: i64,
    },
    /// The list of migrations contradicts itself or what the database was built with.
    #[error("migration {version} of schema `{namespace}` {problem}")]
    Migration {
        /// Whose migrations.
        namespace: &'static str,
        /// The version at fault.
        version: i64,
        /// What is wrong about it.
        problem: &'static str,
    },
    /// What is stored contradicts what the code may store.
    #[error("the database is damaged: {0}")]
    Corrupt(&'static str),
    /// Anything else that the database said: a bug on our side.
    #[error("the database refused a statement")]
    Backend(#[source] sqlx::Error),
}

impl Error {
    /// Whether the same call may succeed when it is made again, unchanged.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::LostRace | Self::Unavailable { .. })
    }

    pub(crate) fn unavailable(reason: &'static str) -> Self {
        Self::Unavailable { reason, source: None }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let unavailable = |reason, error| Self::Unavailable { reason, source: Some(error) };
        match &error {
            sqlx::Error::Database(said) if said.is_unique_violation() => Self::Conflict(Some(error)),
            sqlx::Error::Database(said) => match crate::sqlite::trouble(said.as_ref()) {
                Some(reason) => unavailable(reason, error),
                None => Self::Backend(error),
            },
            sqlx::Error::PoolTimedOut => unavailable("no connection became free in time", error),
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => unavailable("it is closed", error),
            sqlx::Error::Io(_) => unavailable("input or output failed", error),
            _ => Self::Backend(error),
        }
    }
}
