//! What guards `UpdatePartner`.

use crate::rules::enrollment::{self, ENR_06};
use crate::{Boundary, Day, Revision, Row, Verdict};

/// A partner changes its own profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatePartner {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// The new e-mail address of the primary contact; `None` when it stays.
    pub contact_email: Option<String>,
}

impl Boundary for UpdatePartner {
    const NAME: &'static str = "UpdatePartner";
    const ROWS: &'static [Row<Self>] = &[Row {
        rule: &ENR_06,
        judge: |act| match &act.contact_email {
            Some(email) => enrollment::contact_email_must_not_be_webmail(email, &act.subject),
            None => Verdict::NotApplicable,
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
