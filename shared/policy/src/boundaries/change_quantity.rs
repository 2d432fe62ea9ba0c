//! What guards `ChangeQuantity`.

use crate::rules::{
    agreement::{self, AGR_01},
    offer::{self, SUB_08},
    region::{self, RGN_02},
    standing::{self, ENR_14},
    subscription::{self, SUB_10, SUB_11, SUB_15},
};
use crate::{Act, Boundary, Buyer, Caller, Chain, OrderLine, Partner, Row, SubscriptionState, Verdict};

/// Seats are added to a subscription, which is a sale, or taken back.
///
/// What the sale of the subscription settled for ever is not judged again: an authorized account stays so
/// (ENR-11), an onboarded reseller keeps its MPN ID (AGR-04), and no tenant changes its cloud (RGN-04).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeQuantity {
    /// What the act says of itself.
    pub act: Act,
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
        Row::of(&SUB_15, |it| {
            subscription::seats_must_be_changed_by_the_seller(&it.caller, &it.seller, it.subject())
        }),
        Row::of(&ENR_14, |it| it.on_increase(|| standing::sellers_must_be_in_good_standing(it.chain()))),
        Row::of(&RGN_02, |it| {
            it.on_increase(|| region::customer_must_be_in_the_sellers_region(it.chain(), &it.buyer, it.day()))
        }),
        Row::of(&AGR_01, |it| it.on_increase(|| agreement::submitter_must_have_signed(&it.seller, it.day()))),
        Row::of(&SUB_08, |it| offer::quantities_must_be_in_range(std::slice::from_ref(&it.line))),
        Row::of(&SUB_08, |it| {
            it.on_increase(|| offer::customer_limits_must_hold(std::slice::from_ref(&it.line), &it.buyer))
        }),
        Row::of(&SUB_08, |it| {
            it.on_increase(|| offer::add_ons_must_have_a_base(std::slice::from_ref(&it.line), &it.buyer))
        }),
        Row::of(&SUB_11, |it| subscription::subscription_must_be_active(it.state, it.subject())),
        Row::of(&SUB_10, |it| {
            subscription::seats_must_be_reducible(
                it.seats,
                it.line.quantity,
                it.seats_reducible,
                it.subject(),
            )
        }),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl ChangeQuantity {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }

    /// Puts a rule of a sale: not applicable when no seats are added.
    fn on_increase(&self, judge: impl FnOnce() -> Verdict) -> Verdict {
        if self.line.quantity > self.seats { judge() } else { Verdict::NotApplicable }
    }
}
