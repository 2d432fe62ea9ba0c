//! The boundary `SuspendSubscription`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{multi_partner::*, subscription::*};
use crate::{Act, Boundary, Caller, Footing, Partner, Row, SubscriptionState};

/// The seller, or a partner that manages for the customer, suspends a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspendSubscription {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// The caller's rights on a subscription that it did not sell.
    pub footing: Footing,
    /// State of the subscription.
    pub state: SubscriptionState,
}

impl Boundary for SuspendSubscription {
    const NAME: &'static str = "SuspendSubscription";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_15, |it| caller_must_sell_or_manage(&it.caller, &it.seller, &it.footing, &it.act)),
        row(&MUL_06, |it| {
            hired_partner_must_hold_a_managing_role(&it.caller, &it.seller, &it.footing, &it.act)
        }),
        row(&SUB_11, |it| {
            subscription_must_be_active(it.state, it.state == SubscriptionState::Suspended, &it.act)
        }),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
