//! The boundary `ReactivateSubscription`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{customer::*, multi_partner::*, subscription::*};
use crate::{Act, Boundary, Caller, Footing, Partner, Row, SubscriptionState};

/// The seller, or a partner that manages for the customer, reactivates a suspended subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReactivateSubscription {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// The caller's rights on a subscription that it did not sell.
    pub footing: Footing,
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
        row(&SUB_15, |it| caller_must_sell_or_manage(&it.caller, &it.seller, &it.footing, &it.act)),
        row(&MUL_06, |it| {
            hired_partner_must_hold_a_managing_role(&it.caller, &it.seller, &it.footing, &it.act)
        }),
        row(&CUS_06, |it| relationship_must_be_active(&it.seller, || &it.customer, it.relationship_active)),
        row(&SUB_11, |it| subscription_must_be_suspended(it.state, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
