//! The boundary `ReactivateSubscription`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{customer::*, subscription::*};
use crate::{Act, Boundary, Caller, Partner, Row, SubscriptionState};

/// The seller or a designated reseller reactivates a suspended subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReactivateSubscription {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// Whether the caller is a reseller that is designated for the customer, or of record on the
    /// subscription.
    pub designated: bool,
    /// Resource name of the customer.
    pub customer: String,
    /// Whether the seller has an active reseller relationship with the customer.
    pub relationship_active: bool,
    /// State of the subscription.
    pub state: SubscriptionState,
}

impl Boundary for ReactivateSubscription {
    const NAME: &'static str = "ReactivateSubscription";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_15, |it| caller_must_sell_or_be_designated(&it.caller, &it.seller, it.designated, &it.act)),
        row(&CUS_06, |it| relationship_must_be_active(&it.seller, &it.customer, it.relationship_active)),
        row(&SUB_11, |it| subscription_must_be_suspended(it.state, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
