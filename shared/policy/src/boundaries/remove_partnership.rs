//! What guards `RemovePartnership`.

use crate::rules::partnership::{self, PSH_09};
use crate::{Boundary, Caller, Day, Partner, Revision, Row};

/// A provider ends a partnership, or an operator ends it for either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovePartnership {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Who calls.
    pub caller: Caller,
    /// The provider.
    pub provider: Partner,
    /// Whether the removal was confirmed explicitly.
    pub confirmed: bool,
    /// Whether the good-faith statement was made.
    pub attested: bool,
}

impl Boundary for RemovePartnership {
    const NAME: &'static str = "RemovePartnership";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &PSH_09,
            judge: |act| partnership::remover_must_be_the_provider(&act.caller, &act.provider, &act.subject),
        },
        Row {
            rule: &PSH_09,
            judge: |act| partnership::removal_must_be_confirmed(act.confirmed, &act.subject),
        },
        Row {
            rule: &PSH_09,
            judge: |act| partnership::removal_must_be_attested(&act.caller, act.attested, &act.subject),
        },
    ];

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
