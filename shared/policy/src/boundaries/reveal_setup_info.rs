//! The boundary `RevealSetupInfo`: its facts and its rules.

use crate::boundary::row;
use crate::rules::customer::*;
use crate::{Act, Boundary, Row};

/// A partner asks for the admin user name and temporary password of a customer that it created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealSetupInfo {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Whether the temporary password was already shown and was not rotated afterwards.
    pub already_shown: bool,
}

impl Boundary for RevealSetupInfo {
    const NAME: &'static str = "RevealSetupInfo";
    const ROWS: &'static [Row<Self>] =
        &[row(&CUS_03, |it| setup_info_must_be_unseen(it.already_shown, &it.act))];

    fn act(&self) -> &Act {
        &self.act
    }
}
