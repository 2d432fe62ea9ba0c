//! What guards `DeclineInvitation`.

use crate::rules::{
    customer::{self, CUS_07},
    partnership::{self, PSH_03},
};
use crate::{Boundary, Caller, Day, Instant, Invitation, Revision, Row};

/// A customer declines a relationship request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclineInvitation {
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
    /// Tenant of the invited customer.
    pub customer_tenant: String,
    /// The invitation that is declined.
    pub invitation: Invitation,
}

impl Boundary for DeclineInvitation {
    const NAME: &'static str = "DeclineInvitation";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &CUS_07,
            judge: |act| {
                customer::signer_must_be_global_admin(&act.caller, &act.customer_tenant, false, &act.subject)
            },
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
