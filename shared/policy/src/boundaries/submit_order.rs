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
    Act, Boundary, Buyer, Capacity, Cart, Chain, Day, Instant, NamedMpnId, OrderLine, Partner, PartnerKind,
    Row,
};

/// A partner submits an order, or an operator records subscriptions that were sold before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitOrder {
    /// What the act says of itself.
    pub act: Act,
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
        Row::of(&SAL_01, |it| selling::reseller_must_not_order(&it.seller)),
        Row::of(&SUB_02, |it| order::cart_must_not_be_expired(it.cart.as_ref(), it.now)),
        Row::of(&SUB_02, |it| order::cart_must_not_be_submitted(it.cart.as_ref())),
        Row::of(&ENR_11, |it| standing::sellers_must_be_enrolled(it.chain())),
        Row::of(&ENR_14, |it| standing::sellers_must_be_in_good_standing(it.chain())),
        Row::of(&RGN_02, |it| {
            region::customer_must_be_in_the_sellers_region(it.chain(), &it.buyer, it.day())
        }),
        Row::of(&RGN_04, |it| region::parties_must_share_a_cloud(it.chain(), Some(&it.buyer))),
        Row::of(&CUS_06, |it| {
            customer::seller_must_have_a_reseller_relationship(&it.seller, &it.buyer, it.relationship_active)
        }),
        Row::of(&PSH_01, |it| partnership::partnership_must_be_active(it.chain(), it.partnership_active)),
        Row::of(&SAL_01, |it| {
            selling::chain_must_be_supported(it.chain(), it.names_reseller(), it.may_lack_reseller())
        }),
        Row::of(&SAL_02, |it| {
            selling::partner_must_buy_through_a_reseller_or_direct_bill(
                &it.seller,
                it.names_reseller(),
                &it.buyer,
            )
        }),
        Row::of(&SAL_03, |it| selling::tenant_must_be_a_customer_tenant(&it.buyer)),
        Row::of(&SAL_04, |it| selling::partner_must_not_sell_to_itself(it.chain(), &it.buyer)),
        Row::of(&SAL_05, |it| selling::partner_must_not_sell_to_an_affiliate(it.chain(), &it.buyer)),
        Row::of(&AGR_01, |it| agreement::submitter_must_have_signed(&it.seller, it.day())),
        Row::of(&AGR_02, |it| agreement::reseller_of_record_must_have_signed(it.reseller.as_ref(), it.day())),
        Row::of(&AGR_03, |it| {
            agreement::reseller_must_have_signed_for_new_business(it.reseller.as_ref(), it.day())
        }),
        Row::of(&CUS_10, |it| {
            customer::agreement_must_be_confirmed(it.customer_agreement_since, it.day(), &it.buyer)
        }),
        Row::of(&SUB_04, |it| {
            order::reseller_of_record_must_be_a_resellers_location(it.reseller_mpn_id.as_ref(), it.chain())
        }),
        Row::of(&SUB_07, |it| offer::offers_must_be_sold_in_both_countries(&it.lines, &it.seller, &it.buyer)),
        Row::of(&SUB_08, |it| offer::quantities_must_be_in_range(&it.lines)),
        Row::of(&SUB_08, |it| offer::customer_limits_must_hold(&it.lines, &it.buyer)),
        Row::of(&SUB_08, |it| offer::add_ons_must_have_a_base(&it.lines, &it.buyer)),
        Row::of(&SUB_09, |it| {
            order::capacity_must_be_attested(it.capacity, it.names_reseller(), it.recorded, it.subject())
        }),
    ];

    fn act(&self) -> &Act {
        &self.act
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
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }

    /// Whether the order names a reseller, known to the registry or not.
    fn names_reseller(&self) -> bool {
        self.reseller.is_some() || self.reseller_mpn_id.is_some()
    }

    /// Whether a provider's order may go without a reseller: by the setting, or as an older record.
    fn may_lack_reseller(&self) -> bool {
        self.recorded || !self.require_reseller
    }
}
