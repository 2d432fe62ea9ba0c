//! What guards `UpdateListing`.

use crate::rules::standing::{self, ENR_13};
use crate::{Boundary, Caller, Day, Revision, Row};

/// Somebody changes a provider's entry in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateListing {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Who calls.
    pub caller: Caller,
}

impl Boundary for UpdateListing {
    const NAME: &'static str = "UpdateListing";
    const ROWS: &'static [Row<Self>] = &[Row {
        rule: &ENR_13,
        judge: |act| standing::listing_must_be_changed_by_an_operator(&act.caller, &act.subject),
    }];

    fn day(&self) -> Day {
        self.day
    }

    fn subject(&self) -> &str {
        &self.subject
    }

    fn revisions(&self) -> &[Revision] {
        &self.revisions
    }
}
