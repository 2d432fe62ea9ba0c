//! The boundary `RemoveResellerRelationship`: its facts and its rules.

use crate::boundary::row;
use crate::rules::customer::*;
use crate::{Act, Boundary, Caller, Remaining, Row};

/// A partner, a customer or an operator removes a reseller relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveResellerRelationship {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// Resource name of the partner whose relationship is removed.
    pub partner: String,
    /// Resource name of the customer.
    pub customer: String,
    /// The active subscriptions of this customer that this partner sold, or that name this partner as
    /// reseller.
    pub remaining: Remaining,
    /// Whether the caller made the good-faith statement.
    pub attested: bool,
}

impl Boundary for RemoveResellerRelationship {
    const NAME: &'static str = "RemoveResellerRelationship";
    const ROWS: &'static [Row<Self>] = &[
        row(&CUS_09, |it| no_active_subscription_may_remain(&it.partner, &it.customer, &it.remaining)),
        row(&CUS_09, |it| ending_must_be_attested(&it.caller, it.attested, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
