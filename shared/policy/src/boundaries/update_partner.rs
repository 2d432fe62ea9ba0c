//! The boundary `UpdatePartner`: its facts and its rules.

use crate::boundary::row;
use crate::rules::enrollment::*;
use crate::{Act, Boundary, Row};

/// A partner changes its own profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatePartner {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// The new e-mail address of the primary contact; `None` when the address stays as it is.
    pub contact_email: Option<String>,
}

impl Boundary for UpdatePartner {
    const NAME: &'static str = "UpdatePartner";
    const ROWS: &'static [Row<Self>] =
        &[row(&ENR_06, |it| contact_email_must_be_of_the_company(it.contact_email.as_deref(), &it.act))];

    fn act(&self) -> &Act {
        &self.act
    }
}
