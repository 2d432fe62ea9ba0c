//! The boundary `CancelSubscription`: its facts and its rules.

use crate::boundary::row;
use crate::rules::subscription::*;
use crate::{Act, Boundary, Caller, HeldSeats, Partner, Row, SubscriptionState};

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
    /// The seats, with the windows in which they may be given back.
    pub held: HeldSeats,
    /// The seller's active add-ons that would be left without any active base, by resource name.
    pub add_ons_left: Vec<String>,
}

impl Boundary for CancelSubscription {
    const NAME: &'static str = "CancelSubscription";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_15, |it| seats_must_be_changed_by_the_seller(&it.caller, &it.seller, &it.act)),
        row(&SUB_10, |it| cancellation_must_be_in_the_window(it.state, &it.held, it.act.at, &it.act)),
        row(&SUB_10, |it| add_ons_must_keep_a_base(&it.add_ons_left, &it.act)),
        row(&SUB_11, |it| {
            subscription_must_be_active(it.state, it.state == SubscriptionState::Cancelled, &it.act)
        }),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
