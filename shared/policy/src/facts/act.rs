//! What every act says of itself.

use crate::Day;

/// What an act says of itself, whatever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The day that it is judged for, UTC.
    pub day: Day,
    /// Resource name of what it would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
}

/// A resource that a decision rests on, with the revision at which it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Resource name, for example `partners/contoso`.
    pub resource: String,
    /// Revision of that resource when its facts were read; 0 when it did not exist.
    pub revision: i64,
}
