//! The error of a stored value that cannot be read, in the form that sqlx passes on.

/// A stored value that is not valid in its column, and where it is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{table} `{key}` holds `{value}` in {column}")]
pub struct Broken {
    /// Name of the table.
    pub table: &'static str,
    /// The key of the row.
    pub key: String,
    /// Name of the column.
    pub column: &'static str,
    /// The stored value, for people.
    pub value: String,
}
