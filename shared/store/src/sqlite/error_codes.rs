//! The result codes of SQLite.

use sqlx::error::DatabaseError;

/// The reason why SQLite cannot answer now, or none for any other error:
/// <https://www.sqlite.org/rescode.html>.
pub(crate) fn trouble(error: &dyn DatabaseError) -> Option<&'static str> {
    /// The low byte of an extended result code is the primary result code.
    const PRIMARY_CODE_MASK: i64 = 0xff;
    let code: i64 = error.code()?.parse().ok()?;
    match code & PRIMARY_CODE_MASK {
        5 | 6 => Some("the database is locked"),
        7 => Some("memory is short"),
        8 => Some("the database is read-only"),
        9 => Some("the statement was interrupted"),
        10 => Some("input or output failed"),
        13 => Some("the disk is full"),
        14 => Some("the file cannot be opened"),
        _ => None,
    }
}
