//! What guards `DeclinePartnership`.

use crate::rules::partnership::{self, PSH_03, PSH_04};
use crate::{Boundary, Caller, Day, Instant, Invitation, Partner, Revision, Row};

/// A reseller declines a provider's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclinePartnership {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Who calls.
    pub caller: Caller,
    /// The instant of the decision.
    pub now: Instant,
    /// The reseller.
    pub reseller: Partner,
    /// The request that is declined.
    pub invitation: Invitation,
}

impl Boundary for DeclinePartnership {
    const NAME: &'static str = "DeclinePartnership";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &PSH_04,
            judge: |act| partnership::accepter_must_be_global_admin(&act.caller, &act.reseller, false),
        },
        Row {
            rule: &PSH_03,
            judge: |act| partnership::invitation_must_be_open(Some(&act.invitation), act.now),
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
