//! Where the database is and how it is opened.

use std::path::PathBuf;

/// Readers that a store opens at most, unless told otherwise.
pub const READERS_DEFAULT: u32 = 8;

/// What opening does about the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Apply the missing migrations (development, and the migration job of a deployment).
    Migrate,
    /// Refuse to open when one is missing: another process migrates.
    Require,
}

/// How to open the database of one service.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database file; missing parent directories are created.
    pub path: PathBuf,
    /// Connections that read at the same time, at most; 0 counts as 1.
    pub readers_max: u32,
    /// What to do about missing migrations.
    pub schema: Schema,
}

impl Config {
    /// SQLite in the file at `path`, migrated when opened.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), readers_max: READERS_DEFAULT, schema: Schema::Migrate }
    }
}
