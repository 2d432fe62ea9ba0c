//! A broken value, as an error of sqlx carries it.

/// A value that no row may hold, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table} `{key}` holds `{value}` in {column}")]
pub struct Broken {
    /// Name of the table.
    pub table: &'static str,
    /// The row's key.
    pub key: String,
    /// Name of the column.
    pub column: &'static str,
    /// What stands there.
    pub value: String,
}
