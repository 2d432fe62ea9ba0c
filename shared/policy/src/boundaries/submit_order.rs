//! The boundary `SubmitOrder`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{
    agreement::*, customer::*, offer::*, order::*, partnership::*, region::*, selling::*, standing::*,
};
use crate::{
    Act, Advisory, Boundary, Buyer, Capacity, Cart, Chain, Day, Instant, NamedAccount, NamedMpnId, OrderLine,
    Partner, Row,
};

/// A partner submits an order, or an operator records earlier subscriptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitOrder {
    /// Day, subject and revisions of the act.
    pub act: Act,
    /// Whether an operator records earlier subscriptions, with their evidence.
    pub recorded: bool,
    /// The instant of the decision.
    pub now: Instant,
    /// The setting `orders.require_reseller`: whether an order of a provider must name a reseller.
    pub require_reseller: bool,
    /// The partner that submits the order. SAL-01 refuses every seller but a provider or a direct-bill
    /// partner.
    pub seller: Partner,
    /// The reseller between seller and customer; `None` when none is named.
    pub reseller: Option<Partner>,
    /// The account by which the reseller is named; `None` when an MPN ID names it.
    pub reseller_account: Option<NamedAccount>,
    /// The MPN ID that becomes the reseller of record; `None` when no reseller is named, or when its account
    /// does not tell the MPN ID.
    pub reseller_mpn_id: Option<NamedMpnId>,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
    /// The customer, with its tenant.
    pub buyer: Buyer,
    /// Whether the seller has an active reseller relationship with the customer.
    pub relationship_active: bool,
    /// The day on which the customer accepted the customer agreement; `None` without a confirmed acceptance.
    pub customer_agreement_since: Option<Day>,
    /// The cart that is submitted; `None` for an order without a cart.
    pub cart: Option<Cart>,
    /// The lines, in the order of the request.
    pub lines: Vec<OrderLine>,
    /// The role that the seller attests: with or without a reseller. `None` without an attestation.
    pub capacity: Option<Capacity>,
}

impl Boundary for SubmitOrder {
    const NAME: &'static str = "SubmitOrder";
    const ROWS: &'static [Row<Self>] = &[
        row(&SAL_01, |it| submitter_must_be_provider_or_direct_bill(&it.seller)),
        row(&SUB_02, |it| cart_must_be_unexpired(it.cart.as_ref(), it.now)),
        row(&SUB_02, |it| cart_must_be_unsubmitted(it.cart.as_ref())),
        row(&ENR_11, |it| sellers_must_be_enrolled(it.chain())),
        row(&ENR_14, |it| sellers_must_be_in_good_standing(it.chain())),
        row(&RGN_02, |it| customer_must_be_in_region(it.chain(), &it.buyer, it.act.day)),
        row(&RGN_04, |it| parties_must_share_a_cloud(it.chain(), Some(&it.buyer))),
        row(&CUS_13, |it| organization_must_not_be_contradicted(&it.buyer)),
        row(&CUS_06, |it| relationship_must_be_active(&it.seller, &it.buyer.name, it.relationship_active)),
        row(&PSH_01, |it| partnership_must_be_active(it.chain(), it.partnership_active)),
        row(&SAL_01, |it| chain_must_be_supported(it.chain(), it.names_reseller(), it.may_lack_reseller())),
        row(&SAL_02, |it| partner_must_buy_as_a_customer(&it.seller, it.names_reseller(), &it.buyer)),
        row(&SAL_03, |it| tenant_must_be_a_customer_tenant(&it.buyer)),
        row(&SAL_04, |it| buyer_must_be_another_company(it.chain(), &it.buyer)),
        row(&SAL_05, |it| buyer_must_be_unaffiliated(it.chain(), &it.buyer)),
        row(&AGR_01, |it| submitter_must_have_signed(&it.seller, it.act.day)),
        row(&AGR_02, |it| reseller_of_record_must_have_signed(it.reseller.as_ref(), it.act.day)),
        row(&AGR_03, |it| reseller_must_have_signed_for_new_business(it.reseller.as_ref(), it.act.day)),
        row(&CUS_10, |it| agreement_must_be_confirmed(it.customer_agreement_since, it.act.day, &it.buyer)),
        row(&PSH_13, |it| account_must_have_one_location(it.reseller_account.as_ref())),
        row(&SUB_04, |it| mpn_id_must_be_the_resellers_location(it.reseller_mpn_id.as_ref(), it.chain())),
        row(&SUB_07, |it| offers_must_be_sold_in_both_countries(&it.lines, &it.seller, &it.buyer)),
        row(&SUB_08, |it| quantities_must_be_in_range(&it.lines)),
        row(&SUB_08, |it| customer_limits_must_hold(&it.lines, &it.buyer)),
        row(&SUB_08, |it| add_ons_must_have_a_base(&it.lines, &it.buyer)),
        row(&SUB_09, |it| capacity_must_be_attested(it.capacity, it.names_reseller(), it.recorded, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }

    fn advisories(&self) -> Vec<Advisory> {
        reseller_should_be_named(&self.seller, self.names_reseller(), &self.act).into_iter().collect()
    }
}

impl SubmitOrder {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }

    /// Whether the order names a reseller, by account or by MPN ID; the MPN ID may be unknown to the
    /// registry.
    fn names_reseller(&self) -> bool {
        self.reseller.is_some() || self.reseller_mpn_id.is_some() || self.reseller_account.is_some()
    }

    /// Whether a provider's order may lack a reseller: by the setting, or because an operator records an
    /// older order.
    fn may_lack_reseller(&self) -> bool {
        self.recorded || !self.require_reseller
    }
}
