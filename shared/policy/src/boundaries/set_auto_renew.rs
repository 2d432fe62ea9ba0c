//! The boundary `SetAutoRenew`: its facts and its rules.

use crate::boundary::row;
use crate::rules::subscription::*;
use crate::{Act, Boundary, Caller, Partner, Row, SubscriptionState};

/// The seller or a designated reseller switches the auto-renewal of a subscription on or off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAutoRenew {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// Whether the caller is a reseller that is designated for the customer, or of record on the
    /// subscription.
    pub designated: bool,
    /// State of the subscription.
    pub state: SubscriptionState,
}

impl Boundary for SetAutoRenew {
    const NAME: &'static str = "SetAutoRenew";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_15, |it| caller_must_sell_or_be_designated(&it.caller, &it.seller, it.designated, &it.act)),
        row(&SUB_11, |it| subscription_must_be_active(it.state, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
