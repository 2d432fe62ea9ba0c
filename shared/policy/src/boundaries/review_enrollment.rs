//! What guards `ReviewEnrollment`.

use crate::rules::enrollment::{self, ENR_07};
use crate::{Boundary, Day, Revision, Row};

/// An operator takes the review of an enrolment one step on, or decides it.
///
/// A rejection is always possible: otherwise an application whose contact never answers would stay pending
/// for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewEnrollment {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Whether the review goes on to a later step or to authorisation; `false` for a rejection.
    pub goes_on: bool,
    /// Whether the primary contact proved ownership of the e-mail address.
    pub contact_email_verified: bool,
}

impl Boundary for ReviewEnrollment {
    const NAME: &'static str = "ReviewEnrollment";
    const ROWS: &'static [Row<Self>] = &[Row {
        rule: &ENR_07,
        judge: |act| {
            enrollment::contact_email_must_be_verified(act.goes_on, act.contact_email_verified, &act.subject)
        },
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
