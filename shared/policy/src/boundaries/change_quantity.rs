//! The boundary `ChangeQuantity`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{agreement::*, offer::*, region::*, standing::*, subscription::*};
use crate::{Act, Boundary, Buyer, Caller, Chain, OrderLine, Partner, Row, SubscriptionState, Verdict};

/// The seller adds seats to a subscription, which is a sale, or removes seats.
///
/// Three facts of the original sale cannot change, so no row judges them again: an authorized account stays
/// authorized (ENR-11), an onboarded reseller keeps its MPN ID (AGR-04), and a tenant stays in its cloud
/// (RGN-04).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeQuantity {
    /// Instant, day, subject and revisions of the act.
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
    /// The subscription after the change: `quantity` is the requested number of seats.
    pub line: OrderLine,
    /// The number of seats that may be removed at the instant of the decision: see
    /// [`seats_reducible`](crate::seats_reducible).
    pub seats_reducible: u32,
}

impl Boundary for ChangeQuantity {
    const NAME: &'static str = "ChangeQuantity";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_15, |it| seats_must_be_changed_by_the_seller(&it.caller, &it.seller, &it.act)),
        row(&ENR_14, |it| it.on_increase(|| sellers_must_be_in_good_standing(it.chain()))),
        row(&RGN_02, |it| it.on_increase(|| customer_must_be_in_region(it.chain(), &it.buyer, it.act.day))),
        row(&AGR_01, |it| it.on_increase(|| submitter_must_have_signed(&it.seller, it.act.day))),
        row(&SUB_08, |it| quantities_must_be_in_range(it.lines())),
        row(&SUB_08, |it| it.on_increase(|| customer_limits_must_hold(it.lines(), &it.buyer))),
        row(&SUB_08, |it| it.on_increase(|| add_ons_must_have_a_base(it.lines(), &it.buyer))),
        row(&SUB_11, |it| subscription_must_be_active(it.state, &it.act)),
        row(&SUB_10, |it| seats_must_be_reducible(it.seats, it.line.quantity, it.seats_reducible, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl ChangeQuantity {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }

    fn lines(&self) -> &[OrderLine] {
        std::slice::from_ref(&self.line)
    }

    /// Judges a rule about sales; not applicable unless seats are added.
    fn on_increase(&self, judge: impl FnOnce() -> Verdict) -> Verdict {
        if self.line.quantity > self.seats { judge() } else { Verdict::NotApplicable }
    }
}
