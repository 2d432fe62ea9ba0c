//! What guards `RevealSetupInfo`.

use crate::rules::customer::{self, CUS_03};
use crate::{Boundary, Day, Revision, Row};

/// A partner asks for the admin user name and temporary password of a customer that it created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealSetupInfo {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Whether the information was shown before and not rotated since.
    pub already_shown: bool,
}

impl Boundary for RevealSetupInfo {
    const NAME: &'static str = "RevealSetupInfo";
    const ROWS: &'static [Row<Self>] = &[Row {
        rule: &CUS_03,
        judge: |act| customer::setup_info_must_not_have_been_shown(act.already_shown, &act.subject),
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
