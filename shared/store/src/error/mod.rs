//! The errors of a store.

mod broken;
pub(crate) mod trouble;

use crate::{postgres, sqlite};
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;
use trouble::Trouble;

pub use broken::Broken;

/// An error of the store. Its text may be shown to a client: the driver's message is only in
/// [`std::error::Error::source`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with this key exists already.
    #[error("a row with this key exists already")]
    Conflict(#[source] Option<sqlx::Error>),
    /// The row changed after it was read. Read the facts again, decide again and write again.
    #[error("the resource changed after it was read")]
    LostRace,
    /// The database cannot answer now; the same call may succeed later.
    #[error("the database cannot answer now: {reason}")]
    Unavailable {
        /// The reason, without the words of the driver.
        reason: &'static str,
        /// The driver's error, where there was one.
        #[source]
        source: Option<sqlx::Error>,
    },
    /// The connection broke, or the server closed the connection. Nothing was written, and the call may be
    /// made again.
    #[error("the connection to the database broke")]
    Disconnected {
        /// The driver's error.
        #[source]
        source: sqlx::Error,
    },
    /// The database orders text by the rules of a language, but pages of lists are ordered by bytes.
    #[error(
        "the database orders text by a language; remedy: create it with `TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`"
    )]
    Collation,
    /// The schema was written by a newer release than this one.
    #[error(
        "the schema `{namespace}` is at version {found}, newer than the known {known}; remedy: run the release that migrated it, or a later one, or restore a backup of before"
    )]
    SchemaTooNew {
        /// The namespace of the migrations: the service's name, or the store's own.
        namespace: &'static str,
        /// The newest version in the database.
        found: i64,
        /// The newest version that this release knows.
        known: i64,
    },
    /// A migration is missing and the configuration forbids applying it.
    #[error("the schema `{namespace}` lacks version {missing}: run the migration job first")]
    SchemaTooOld {
        /// The namespace of the migrations.
        namespace: &'static str,
        /// The first version that is missing.
        missing: i64,
    },
    /// The list of migrations is inconsistent, or does not match the migrations that the database records as
    /// applied.
    #[error("migration {version} of schema `{namespace}` {problem}")]
    Migration {
        /// The namespace of the migrations.
        namespace: &'static str,
        /// The version at fault.
        version: i64,
        /// What is wrong with the migration.
        problem: &'static str,
    },
    /// The stored data, or a write, breaks an invariant of the code.
    #[error("the database is damaged: {0}")]
    Corrupt(&'static str),
    /// A row holds an invalid value: an unknown word, an instant out of range, or a value of another type.
    #[error("the database is damaged: {table} `{key}` holds `{value}` in {column}")]
    Broken {
        /// Name of the table.
        table: &'static str,
        /// The key of the row.
        key: String,
        /// Name of the column.
        column: &'static str,
        /// The stored value, for people.
        value: String,
    },
    /// Any other error of the database: a bug in the code.
    #[error("the database refused a statement")]
    Backend(#[source] sqlx::Error),
}

impl Error {
    /// Whether the call may succeed when it is made again, unchanged.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::LostRace | Self::Unavailable { .. } | Self::Disconnected { .. })
    }

    pub(crate) fn unavailable(reason: &'static str) -> Self {
        Self::Unavailable { reason, source: None }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let unavailable = |reason, error| Self::Unavailable { reason, source: Some(error) };
        let error = match error {
            sqlx::Error::Decode(decoded) => match decoded.downcast::<Broken>() {
                Ok(broken) => return (*broken).into(),
                Err(decoded) => sqlx::Error::Decode(decoded),
            },
            error => error,
        };
        match &error {
            sqlx::Error::Database(said) => match trouble(said.as_ref()) {
                Trouble::Conflict => Self::Conflict(Some(error)),
                Trouble::Contended => Self::LostRace,
                Trouble::Disconnected => Self::Disconnected { source: error },
                Trouble::Unavailable(reason) => unavailable(reason, error),
                Trouble::Defect => Self::Backend(error),
            },
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => unavailable("the store is closed", error),
            sqlx::Error::Io(_) => Self::Disconnected { source: error },
            sqlx::Error::Configuration(_) => unavailable("the database's URL cannot be read", error),
            _ => Self::Backend(error),
        }
    }
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        let Broken { table, key, column, value } = broken;
        Self::Broken { table, key, column, value }
    }
}

fn trouble(said: &dyn DatabaseError) -> Trouble {
    if said.is_unique_violation() {
        return Trouble::Conflict;
    }
    match said.try_downcast_ref::<PgDatabaseError>() {
        Some(said) => postgres::error_codes::trouble(said.code()),
        None => sqlite::error_codes::trouble(said).map_or(Trouble::Defect, Trouble::Unavailable),
    }
}
