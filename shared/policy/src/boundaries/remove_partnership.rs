//! The boundary `RemovePartnership`: its facts and its rules.

use crate::boundary::row;
use crate::rules::partnership::*;
use crate::{Act, Boundary, Caller, Partner, Row};

/// A provider removes a partnership, or an operator removes the partnership for either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovePartnership {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The provider.
    pub provider: Partner,
    /// Whether the caller explicitly confirmed the removal.
    pub confirmed: bool,
    /// Whether the caller made the good-faith statement.
    pub attested: bool,
}

impl Boundary for RemovePartnership {
    const NAME: &'static str = "RemovePartnership";
    const ROWS: &'static [Row<Self>] = &[
        row(&PSH_09, |it| remover_must_be_the_provider(&it.caller, &it.provider, &it.act)),
        row(&PSH_09, |it| removal_must_be_confirmed(it.confirmed, &it.act)),
        row(&PSH_09, |it| removal_must_be_attested(&it.caller, it.attested, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
