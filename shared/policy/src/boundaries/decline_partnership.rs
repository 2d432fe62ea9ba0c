//! The boundary `DeclinePartnership`: its facts and its rules.

use crate::boundary::row;
use crate::rules::partnership::*;
use crate::{Act, Boundary, Caller, Invitation, Partner, Row};

/// A reseller declines a provider's request for a partnership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclinePartnership {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The reseller.
    pub reseller: Partner,
    /// The request that is declined.
    pub invitation: Invitation,
}

impl Boundary for DeclinePartnership {
    const NAME: &'static str = "DeclinePartnership";
    const ROWS: &'static [Row<Self>] = &[
        row(&PSH_04, |it| accepter_must_be_global_admin(&it.caller, &it.reseller, false)),
        row(&PSH_03, |it| invitation_must_be_open(Some(&it.invitation), it.act.at)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
