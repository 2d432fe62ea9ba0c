//! The boundary `VerifyContactEmail`: its facts and its rules.

use crate::boundary::row;
use crate::rules::enrollment::*;
use crate::{Act, Boundary, EmailToken, Row};

/// A primary contact proves ownership of the e-mail address by presenting a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyContactEmail {
    /// Instant, day, subject and revisions of the act.
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
