//! What guards `RevealSetupInfo`.

use crate::boundary::row;
use crate::rules::customer::*;
use crate::{Act, Boundary, Row};

/// A partner asks for the admin user name and temporary password of a customer that it created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevealSetupInfo {
    /// What the act says of itself.
    pub act: Act,
    /// Whether the information was shown before and not rotated since.
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
