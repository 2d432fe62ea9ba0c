//! What guards `SubmitOrder`.

use crate::rules::{
    agreement::{self, AGR_01, AGR_02, AGR_03},
    customer::{self, CUS_06, CUS_10},
    offer::{self, SUB_07, SUB_08},
    order::{self, SUB_02, SUB_04, SUB_09},
    partnership::{self, PSH_01},
    region::{self, RGN_02, RGN_04},
    selling::{self, SAL_01, SAL_02, SAL_03, SAL_04, SAL_05},
    standing::{self, ENR_11, ENR_14},
};
use crate::{
    Boundary, Buyer, Capacity, Cart, Day, Instant, NamedMpnId, OrderLine, Partner, PartnerKind, Revision, Row,
};

/// A partner submits an order, or an operator records subscriptions that were sold before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitOrder {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Whether an operator records what was established before, with its evidence.
    pub recorded: bool,
    /// The instant of the decision.
    pub now: Instant,
    /// The setting: whether an order of a provider must name its reseller.
    pub require_reseller: bool,
    /// The partner that submits: for a complete chain a provider or a direct-bill partner.
    pub seller: Partner,
    /// The reseller between seller and customer; `None` when none is named.
    pub reseller: Option<Partner>,
    /// The MPN ID that becomes reseller of record; `None` when no reseller is named.
    pub reseller_mpn_id: Option<NamedMpnId>,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
    /// The customer, with its tenant.
    pub buyer: Buyer,
    /// Whether the seller has an active reseller relationship with the customer.
    pub relationship_active: bool,
    /// The day on which the customer accepted its agreement; `None` when unconfirmed.
    pub customer_agreement_since: Option<Day>,
    /// The cart that is submitted; `None` for an order without one.
    pub cart: Option<Cart>,
    /// The lines, in the order of the request.
    pub lines: Vec<OrderLine>,
    /// The capacity in which the seller attests to act; `None` when it attests none.
    pub capacity: Option<Capacity>,
}

impl Boundary for SubmitOrder {
    const NAME: &'static str = "SubmitOrder";
    const ROWS: &'static [Row<Self>] = &[
        Row { rule: &SAL_01, judge: |act| selling::reseller_must_not_order(&act.seller) },
        Row { rule: &SUB_02, judge: |act| order::cart_must_not_be_expired(act.cart.as_ref(), act.now) },
        Row { rule: &SUB_02, judge: |act| order::cart_must_not_be_submitted(act.cart.as_ref()) },
        Row {
            rule: &ENR_11,
            judge: |act| {
                standing::each_seller(&act.seller, act.reseller.as_ref(), standing::partner_must_be_enrolled)
            },
        },
        Row {
            rule: &ENR_14,
            judge: |act| {
                standing::each_seller(
                    &act.seller,
                    act.reseller.as_ref(),
                    standing::partner_must_be_in_good_standing,
                )
            },
        },
        Row {
            rule: &RGN_02,
            judge: |act| {
                region::customer_must_be_in_the_sellers_region(
                    &act.seller,
                    act.reseller.as_ref(),
                    &act.buyer,
                    act.day,
                )
            },
        },
        Row {
            rule: &RGN_04,
            judge: |act| {
                region::parties_must_share_a_cloud(&act.seller, act.reseller.as_ref(), Some(&act.buyer))
            },
        },
        Row {
            rule: &CUS_06,
            judge: |act| {
                customer::seller_must_have_a_reseller_relationship(
                    &act.seller,
                    &act.buyer,
                    act.relationship_active,
                )
            },
        },
        Row {
            rule: &PSH_01,
            judge: |act| {
                partnership::partnership_must_be_active(
                    &act.seller,
                    act.reseller.as_ref(),
                    act.partnership_active,
                )
            },
        },
        Row {
            rule: &SAL_01,
            judge: |act| {
                selling::chain_must_be_supported(
                    &act.seller,
                    act.reseller.as_ref(),
                    act.names_reseller(),
                    act.may_lack_reseller(),
                )
            },
        },
        Row {
            rule: &SAL_02,
            judge: |act| {
                selling::partner_must_buy_through_a_reseller_or_direct_bill(
                    &act.seller,
                    act.names_reseller(),
                    &act.buyer,
                )
            },
        },
        Row { rule: &SAL_03, judge: |act| selling::tenant_must_be_a_customer_tenant(&act.buyer) },
        Row {
            rule: &SAL_04,
            judge: |act| {
                selling::partner_must_not_sell_to_itself(&act.seller, act.reseller.as_ref(), &act.buyer)
            },
        },
        Row {
            rule: &SAL_05,
            judge: |act| {
                selling::partner_must_not_sell_to_an_affiliate(&act.seller, act.reseller.as_ref(), &act.buyer)
            },
        },
        Row { rule: &AGR_01, judge: |act| agreement::submitter_must_have_signed(&act.seller, act.day) },
        Row {
            rule: &AGR_02,
            judge: |act| agreement::reseller_of_record_must_have_signed(act.reseller.as_ref(), act.day),
        },
        Row {
            rule: &AGR_03,
            judge: |act| {
                agreement::reseller_must_have_signed_for_new_business(act.reseller.as_ref(), act.day)
            },
        },
        Row {
            rule: &CUS_10,
            judge: |act| {
                customer::agreement_must_be_confirmed(act.customer_agreement_since, act.day, &act.buyer)
            },
        },
        Row {
            rule: &SUB_04,
            judge: |act| {
                order::reseller_of_record_must_be_a_resellers_location(
                    act.reseller_mpn_id.as_ref(),
                    &act.seller,
                    act.reseller.as_ref(),
                )
            },
        },
        Row {
            rule: &SUB_07,
            judge: |act| offer::offers_must_be_sold_in_both_countries(&act.lines, &act.seller, &act.buyer),
        },
        Row { rule: &SUB_08, judge: |act| offer::quantities_must_be_in_range(&act.lines) },
        Row { rule: &SUB_08, judge: |act| offer::customer_limits_must_hold(&act.lines, &act.buyer) },
        Row { rule: &SUB_08, judge: |act| offer::add_ons_must_have_a_base(&act.lines, &act.buyer) },
        Row {
            rule: &SUB_09,
            judge: |act| {
                order::capacity_must_be_attested(
                    act.capacity,
                    act.names_reseller(),
                    act.recorded,
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

    fn advisories(&self) -> Vec<&'static str> {
        if self.seller.kind == PartnerKind::IndirectProvider && !self.names_reseller() {
            vec![NO_RESELLER_NAMED]
        } else {
            Vec::new()
        }
    }
}

/// Notice on an order that a provider submitted without a reseller.
pub const NO_RESELLER_NAMED: &str = "NO_RESELLER_NAMED";

impl SubmitOrder {
    /// Whether the order names a reseller, known to the registry or not.
    fn names_reseller(&self) -> bool {
        self.reseller.is_some() || self.reseller_mpn_id.is_some()
    }

    /// Whether a provider's order may go without a reseller: by the setting, or as an older record.
    fn may_lack_reseller(&self) -> bool {
        self.recorded || !self.require_reseller
    }
}
