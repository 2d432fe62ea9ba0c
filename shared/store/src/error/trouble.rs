//! The kinds of errors that a database tells by its codes.

/// What an error of a database means for whoever made the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// A row with this key exists.
    Conflict,
    /// Another write came first: the same one may be made again.
    Contended,
    /// The connection is gone: the same may be tried again on another one.
    Disconnected,
    /// The database cannot answer now.
    Unavailable(&'static str),
    /// The statement is wrong.
    Defect,
}
