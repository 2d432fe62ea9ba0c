//! The facts that every act carries: day, subject, revisions.

use crate::Day;

/// The facts that every act carries, at every boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The day for which the act is judged, UTC.
    pub day: Day,
    /// Name of the resource that the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
}

/// A resource that a decision depends on, with the revision at which it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Resource name, for example `partners/contoso`.
    pub resource: String,
    /// Revision of that resource when its facts were read; 0 when it did not exist.
    pub revision: i64,
}
