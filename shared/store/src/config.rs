//! The address of a database, and how to open it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Default of [`Config::readers_max`].
pub const READERS_DEFAULT: u32 = 8;

/// Default of [`Config::writers_max`]. SQLite always has one writer.
pub const WRITERS_DEFAULT: u32 = 8;

const SQLITE: &str = "sqlite:";
const POSTGRES: [&str; 2] = ["postgres://", "postgresql://"];

/// What opening does about missing migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Apply missing migrations (in development, and in the migration job of a deployment).
    Migrate,
    /// Refuse to open, because another process migrates. Migrations that only create or drop a plain index
    /// may be missing.
    Require,
}

/// The address of a database: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME`.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file. Opening creates the file and its missing parent directories.
    Sqlite(PathBuf),
    /// The URL of a database on a PostgreSQL server. The URL may hold a password.
    Postgres(String),
}

/// The text is not an address of a SQLite or PostgreSQL database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be `sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME`")]
pub struct UnknownDatabase;

impl FromStr for Database {
    type Err = UnknownDatabase;

    fn from_str(url: &str) -> Result<Self, UnknownDatabase> {
        if let Some(path) = url.strip_prefix(SQLITE).filter(|path| !path.is_empty()) {
            return Ok(Database::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path))));
        }
        let is_postgres = POSTGRES.iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme));
        if is_postgres { Ok(Database::Postgres(url.to_owned())) } else { Err(UnknownDatabase) }
    }
}

impl fmt::Display for Database {
    /// The address as it may be shown: without the password, and without the query parameters, which may hold
    /// a password too.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = match self {
            Database::Sqlite(path) => return write!(out, "{SQLITE}{}", path.display()),
            Database::Postgres(url) => url.split('?').next().unwrap_or_default(),
        };
        let shown = url.split_once("://").and_then(|(scheme, rest)| {
            let (credentials, place) = rest.rsplit_once('@')?;
            let user = credentials.split(':').next()?;
            let password = if credentials.contains(':') { ":***" } else { "" };
            Some(format!("{scheme}://{user}{password}@{place}"))
        });
        out.write_str(shown.as_deref().unwrap_or(url))
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Database({self})")
    }
}

/// How to open the database of one service.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address of the database.
    pub database: Database,
    /// Maximum number of connections for reading; 0 counts as 1.
    pub readers_max: u32,
    /// Maximum number of connections for writing; 0 counts as 1. SQLite always has one.
    pub writers_max: u32,
    /// What to do about missing migrations.
    pub schema: Schema,
}

impl Config {
    /// Opens `database` with the default numbers of connections, and applies missing migrations.
    pub fn new(database: Database) -> Self {
        let (readers_max, writers_max) = (READERS_DEFAULT, WRITERS_DEFAULT);
        Self { database, readers_max, writers_max, schema: Schema::Migrate }
    }

    /// Opens the SQLite file at `path`, and applies missing migrations.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::new(Database::Sqlite(path.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Database, UnknownDatabase};

    #[test]
    fn a_url_names_the_backend() {
        assert_eq!("sqlite:a/b.db".parse(), Ok(Database::Sqlite("a/b.db".into())));
        assert_eq!("sqlite:///a/b.db".parse(), Ok(Database::Sqlite("/a/b.db".into())));
        let url = "postgres://csp:secret@db.example:5432/registry";
        assert_eq!(url.parse(), Ok(Database::Postgres(url.to_owned())));
        for unknown in ["", "sqlite:", "mysql://h/db", "postgres://", "/a/b.db", "postgres"] {
            assert_eq!(unknown.parse::<Database>(), Err(UnknownDatabase), "{unknown}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://csp:s3cr@t@db:5432/r?password=s3cret", "postgres://csp:***@db:5432/r"),
            ("postgresql://csp@db/r", "postgresql://csp@db/r"),
            ("postgres://db/r", "postgres://db/r"),
            ("sqlite:/a.db", "sqlite:/a.db"),
        ] {
            let database: Database = url.parse().unwrap();
            assert_eq!(database.to_string(), shown);
            assert_eq!(format!("{database:?}"), format!("Database({shown})"));
        }
    }
}
