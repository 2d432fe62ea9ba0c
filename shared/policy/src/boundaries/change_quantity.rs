//! What guards `ChangeQuantity`.

use crate::rules::{
    agreement::{self, AGR_01},
    offer::{self, SUB_08},
    region::{self, RGN_02},
    standing::{self, ENR_14},
    subscription::{self, SUB_10, SUB_11, SUB_15},
};
use crate::{Boundary, Buyer, Caller, Day, OrderLine, Partner, Revision, Row, SubscriptionState, Verdict};

/// Seats are added to a subscription, which is a sale, or taken back.
///
/// What the sale of the subscription settled for ever is not judged again: an authorized account stays so
/// (ENR-11), an onboarded reseller keeps its MPN ID (AGR-04), and no tenant changes its cloud (RGN-04).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeQuantity {
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
    /// The reseller of record; `None` when the subscription has none.
    pub reseller: Option<Partner>,
    /// The customer, with its tenant.
    pub buyer: Buyer,
    /// State of the subscription.
    pub state: SubscriptionState,
    /// Seats before the change.
    pub seats: u32,
    /// The subscription as it would be: its quantity is the number of seats asked for.
    pub line: OrderLine,
    /// How many seats may be taken back now: see [`seats_reducible`](crate::seats_reducible).
    pub seats_reducible: u32,
}

impl Boundary for ChangeQuantity {
    const NAME: &'static str = "ChangeQuantity";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &SUB_15,
            judge: |act| {
                subscription::seats_must_be_changed_by_the_seller(&act.caller, &act.seller, &act.subject)
            },
        },
        Row {
            rule: &ENR_14,
            judge: |act| {
                act.on_increase(|| {
                    standing::each_seller(
                        &act.seller,
                        act.reseller.as_ref(),
                        standing::partner_must_be_in_good_standing,
                    )
                })
            },
        },
        Row {
            rule: &RGN_02,
            judge: |act| {
                act.on_increase(|| {
                    region::customer_must_be_in_the_sellers_region(
                        &act.seller,
                        act.reseller.as_ref(),
                        &act.buyer,
                        act.day,
                    )
                })
            },
        },
        Row {
            rule: &AGR_01,
            judge: |act| act.on_increase(|| agreement::submitter_must_have_signed(&act.seller, act.day)),
        },
        Row {
            rule: &SUB_08,
            judge: |act| offer::quantities_must_be_in_range(std::slice::from_ref(&act.line)),
        },
        Row {
            rule: &SUB_08,
            judge: |act| {
                act.on_increase(|| {
                    offer::customer_limits_must_hold(std::slice::from_ref(&act.line), &act.buyer)
                })
            },
        },
        Row {
            rule: &SUB_08,
            judge: |act| {
                act.on_increase(|| {
                    offer::add_ons_must_have_a_base(std::slice::from_ref(&act.line), &act.buyer)
                })
            },
        },
        Row {
            rule: &SUB_11,
            judge: |act| subscription::subscription_must_be_active(act.state, &act.subject),
        },
        Row {
            rule: &SUB_10,
            judge: |act| {
                subscription::seats_must_be_reducible(
                    act.seats,
                    act.line.quantity,
                    act.seats_reducible,
                    &act.subject,
                )
            },
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

impl ChangeQuantity {
    /// Puts a rule of a sale: not applicable when no seats are added.
    fn on_increase(&self, judge: impl FnOnce() -> Verdict) -> Verdict {
        if self.line.quantity > self.seats { judge() } else { Verdict::NotApplicable }
    }
}
