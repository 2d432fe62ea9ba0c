//! The facts that every act carries: instant, day, subject, revisions.

use crate::{Day, Instant};

/// The facts that every act carries, at every boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// The instant at which the act is judged. Windows and expiries are judged at this instant, and the
    /// decision bears it.
    pub at: Instant,
    /// The day for which the act is judged, UTC: the day of `at`, or an earlier day for an established fact
    /// that is recorded.
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
