//! What guards `CancelSubscription`.

use crate::rules::subscription::{self, SUB_10, SUB_11, SUB_15};
use crate::{Boundary, Caller, Day, Instant, Partner, Revision, Row, SubscriptionState};

/// The seller gives a subscription back within its window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelSubscription {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Who calls.
    pub caller: Caller,
    /// The instant of the decision.
    pub now: Instant,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// State of the subscription.
    pub state: SubscriptionState,
    /// When the window opened: the purchase or the last renewal.
    pub window_start: Instant,
}

impl Boundary for CancelSubscription {
    const NAME: &'static str = "CancelSubscription";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &SUB_15,
            judge: |act| {
                subscription::seats_must_be_changed_by_the_seller(&act.caller, &act.seller, &act.subject)
            },
        },
        Row {
            rule: &SUB_10,
            judge: |act| {
                subscription::cancellation_must_be_in_the_window(act.window_start, act.now, &act.subject)
            },
        },
        Row {
            rule: &SUB_11,
            judge: |act| subscription::subscription_must_be_active(act.state, &act.subject),
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
