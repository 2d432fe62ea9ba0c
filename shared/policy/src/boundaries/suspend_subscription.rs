//! What guards `SuspendSubscription`.

use crate::rules::subscription::{self, SUB_11, SUB_15};
use crate::{Boundary, Caller, Day, Partner, Revision, Row, SubscriptionState};

/// The seller or a designated reseller suspends a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspendSubscription {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
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

impl Boundary for SuspendSubscription {
    const NAME: &'static str = "SuspendSubscription";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &SUB_15,
            judge: |act| {
                subscription::caller_must_be_seller_or_designated(
                    &act.caller,
                    &act.seller,
                    act.designated,
                    &act.subject,
                )
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
