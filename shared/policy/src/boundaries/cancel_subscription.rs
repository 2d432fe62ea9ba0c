//! The boundary `CancelSubscription`: its facts and its rules.

use crate::boundary::row;
use crate::rules::subscription::*;
use crate::{Act, Boundary, Caller, Instant, Partner, Row, SubscriptionState};

/// The seller cancels a subscription within its cancellation window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelSubscription {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// State of the subscription.
    pub state: SubscriptionState,
    /// When the cancellation window opened: at the purchase or at the last renewal.
    pub window_start: Instant,
}

impl Boundary for CancelSubscription {
    const NAME: &'static str = "CancelSubscription";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_15, |it| seats_must_be_changed_by_the_seller(&it.caller, &it.seller, &it.act)),
        row(&SUB_10, |it| cancellation_must_be_in_the_window(it.window_start, it.act.at, &it.act)),
        row(&SUB_11, |it| subscription_must_be_active(it.state, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
