//! The boundary `UpdateListing`: its facts and its rules.

use crate::boundary::row;
use crate::rules::standing::*;
use crate::{Act, Boundary, Caller, Row};

/// A caller changes a provider's listing in the directory of providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateListing {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
}

impl Boundary for UpdateListing {
    const NAME: &'static str = "UpdateListing";
    const ROWS: &'static [Row<Self>] =
        &[row(&ENR_13, |it| listing_must_be_changed_by_an_operator(&it.caller, &it.act))];

    fn act(&self) -> &Act {
        &self.act
    }
}
