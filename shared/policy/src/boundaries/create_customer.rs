//! What guards `CreateCustomer`.

use crate::rules::{
    agreement::{self, AGR_03, AGR_04},
    customer::{self, CUS_01, CUS_02},
    partnership::{self, PSH_01, PSH_11},
    region::{self, RGN_02, RGN_03, RGN_04},
    selling::{self, SAL_02, SAL_03, SAL_04, SAL_05},
    standing::{self, ENR_11, ENR_14, ENR_15},
};
use crate::{Boundary, Buyer, Day, Partner, RegistrationId, Revision, Row};

/// A partner creates a customer with a tenant of its own, or an operator records one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCustomer {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// The partner that creates the customer.
    pub seller: Partner,
    /// The reseller between seller and customer; `None` when none is named.
    pub reseller: Option<Partner>,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
    /// Resource name of the partnership between the seller and the partner whose CSP tenant is the
    /// customer's tenant; `None` when there is none.
    pub other_edge: Option<String>,
    /// The customer, with its tenant.
    pub buyer: Buyer,
    /// Domain of the customer's tenant.
    pub domain: String,
    /// Whether another customer of this book has that domain.
    pub domain_taken: bool,
    /// The customer's registration id.
    pub registration_id: RegistrationId,
}

impl Boundary for CreateCustomer {
    const NAME: &'static str = "CreateCustomer";
    const ROWS: &'static [Row<Self>] = &[
        Row { rule: &CUS_02, judge: |act| customer::creator_must_not_be_a_reseller(&act.seller) },
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
        Row { rule: &AGR_04, judge: |act| agreement::reseller_must_be_onboarded(act.reseller.as_ref()) },
        Row {
            rule: &RGN_03,
            judge: |act| region::country_must_have_a_region(act.buyer.country, act.day, &act.buyer.name),
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
            rule: &PSH_11,
            judge: |act| {
                partnership::tenant_must_have_one_relationship_type(
                    &act.seller,
                    &act.buyer.tenant,
                    act.other_edge.as_deref(),
                )
            },
        },
        Row {
            rule: &CUS_01,
            judge: |act| customer::domain_must_be_free(&act.domain, act.domain_taken, &act.subject),
        },
        Row {
            rule: &SAL_02,
            judge: |act| {
                selling::partner_must_buy_through_a_reseller_or_direct_bill(
                    &act.seller,
                    act.reseller.is_some(),
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
        Row {
            rule: &AGR_03,
            judge: |act| {
                agreement::reseller_must_have_signed_for_new_business(act.reseller.as_ref(), act.day)
            },
        },
        Row {
            rule: &ENR_15,
            judge: |act| {
                standing::registration_id_must_be_given(act.buyer.country, &act.registration_id, &act.subject)
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
