//! What guards `RemoveResellerRelationship`.

use crate::boundary::row;
use crate::rules::customer::*;
use crate::{Act, Boundary, Caller, Row};

/// A partner, a customer or an operator ends a reseller relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveResellerRelationship {
    /// What the act says of itself.
    pub act: Act,
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
        row(&CUS_09, |it| subscriptions_must_have_ended(&it.partner, &it.customer, it.active_subscriptions)),
        row(&CUS_09, |it| ending_must_be_attested(&it.caller, it.attested, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
