//! What guards `VerifyContactEmail`.

use crate::rules::enrollment::{self, ENR_07};
use crate::{Boundary, Day, EmailToken, Revision, Row};

/// A primary contact proves that the e-mail address is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyContactEmail {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// The token that was presented.
    pub token: EmailToken,
}

impl Boundary for VerifyContactEmail {
    const NAME: &'static str = "VerifyContactEmail";
    const ROWS: &'static [Row<Self>] =
        &[Row { rule: &ENR_07, judge: |act| enrollment::email_token_must_be_good(act.token, &act.subject) }];

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
