//! The boundary `DeclineInvitation`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{customer::*, partnership::*};
use crate::{Act, Boundary, Caller, Invitation, Row};

/// A customer declines a relationship request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclineInvitation {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// Tenant of the invited customer.
    pub customer_tenant: String,
    /// The invitation that is declined.
    pub invitation: Invitation,
}

impl Boundary for DeclineInvitation {
    const NAME: &'static str = "DeclineInvitation";
    const ROWS: &'static [Row<Self>] = &[
        row(&CUS_07, |it| customer_admin_must_answer(Some(&it.caller), &it.customer_tenant, &it.act)),
        row(&PSH_03, |it| invitation_must_be_open(Some(&it.invitation), it.act.at)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
