//! What guards `RemoveResellerRelationship`.

use crate::rules::customer::{self, CUS_09};
use crate::{Boundary, Caller, Day, Revision, Row};

/// A partner, a customer or an operator ends a reseller relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveResellerRelationship {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Who calls.
    pub caller: Caller,
    /// Resource name of the partner whose relationship ends.
    pub partner: String,
    /// Resource name of the customer.
    pub customer: String,
    /// Active subscriptions that this partner sold to, or that name it as reseller for, this customer.
    pub active_subscriptions: u64,
    /// Whether the good-faith statement was made.
    pub attested: bool,
}

impl Boundary for RemoveResellerRelationship {
    const NAME: &'static str = "RemoveResellerRelationship";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &CUS_09,
            judge: |act| {
                customer::no_active_subscription_may_remain(
                    &act.partner,
                    &act.customer,
                    act.active_subscriptions,
                )
            },
        },
        Row {
            rule: &CUS_09,
            judge: |act| customer::ending_must_be_attested(&act.caller, act.attested, &act.subject),
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
