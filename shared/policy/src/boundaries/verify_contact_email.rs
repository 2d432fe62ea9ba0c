//! What guards `VerifyContactEmail`.

use crate::boundary::row;
use crate::rules::enrollment::*;
use crate::{Act, Boundary, EmailToken, Row};

/// A primary contact proves that the e-mail address is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyContactEmail {
    /// What the act says of itself.
    pub act: Act,
    /// The token that was presented.
    pub token: EmailToken,
}

impl Boundary for VerifyContactEmail {
    const NAME: &'static str = "VerifyContactEmail";
    const ROWS: &'static [Row<Self>] = &[row(&ENR_07, |it| email_token_must_be_good(it.token, &it.act))];

    fn act(&self) -> &Act {
        &self.act
    }
}
