//! The boundary `ReviewEnrollment`: its facts and its rules.

use crate::boundary::row;
use crate::rules::enrollment::*;
use crate::{Act, Boundary, Row};

/// An operator moves the review of an enrolment to its next step, or decides the enrolment.
///
/// No rule guards a rejection: otherwise an application would stay pending permanently when its contact never
/// answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewEnrollment {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Whether the review goes on to a later step or to authorisation; `false` for a rejection.
    pub goes_on: bool,
    /// Whether the primary contact proved ownership of the e-mail address.
    pub contact_email_verified: bool,
}

impl Boundary for ReviewEnrollment {
    const NAME: &'static str = "ReviewEnrollment";
    const ROWS: &'static [Row<Self>] =
        &[row(&ENR_07, |it| contact_email_must_be_verified(it.goes_on, it.contact_email_verified, &it.act))];

    fn act(&self) -> &Act {
        &self.act
    }
}
