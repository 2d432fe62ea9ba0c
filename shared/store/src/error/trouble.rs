//! The kinds of database errors that the error codes distinguish.

/// What a database error means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// A row with this key exists already.
    Conflict,
    /// A concurrent write made this one fail: the call may be made again.
    Contended,
    /// The connection is lost: the call may be made again on another one.
    Disconnected,
    /// The database cannot answer now.
    Unavailable(&'static str),
    /// The statement is wrong.
    Defect,
}
