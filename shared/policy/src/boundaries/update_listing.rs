//! What guards `UpdateListing`.

use crate::boundary::row;
use crate::rules::standing::*;
use crate::{Act, Boundary, Caller, Row};

/// Somebody changes a provider's entry in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateListing {
    /// What the act says of itself.
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
