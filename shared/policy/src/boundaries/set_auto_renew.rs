//! What guards `SetAutoRenew`.

use crate::rules::subscription::{self, SUB_11, SUB_15};
use crate::{Act, Boundary, Caller, Partner, Row, SubscriptionState};

/// The seller or a designated reseller switches a subscription's auto-renewal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAutoRenew {
    /// What the act says of itself.
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
        Row::of(&SUB_15, |it| {
            subscription::caller_must_be_seller_or_designated(
                &it.caller,
                &it.seller,
                it.designated,
                it.subject(),
            )
        }),
        Row::of(&SUB_11, |it| subscription::subscription_must_be_active(it.state, it.subject())),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
