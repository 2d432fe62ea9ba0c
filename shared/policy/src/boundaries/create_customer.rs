//! What guards `CreateCustomer`.

use crate::rules::{
    agreement::{self, AGR_03, AGR_04},
    customer::{self, CUS_01, CUS_02},
    partnership::{self, PSH_01, PSH_11},
    region::{self, RGN_02, RGN_03, RGN_04},
    selling::{self, SAL_02, SAL_03, SAL_04, SAL_05},
    standing::{self, ENR_11, ENR_14, ENR_15},
};
use crate::{Boundary, Buyer, Chain, Day, Partner, RegistrationId, Revision, Row};

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
        Row::of(&CUS_02, |it| customer::creator_must_not_be_a_reseller(&it.seller)),
        Row::of(&ENR_11, |it| standing::sellers_must_be_enrolled(it.chain())),
        Row::of(&ENR_14, |it| standing::sellers_must_be_in_good_standing(it.chain())),
        Row::of(&AGR_04, |it| agreement::reseller_must_be_onboarded(it.reseller.as_ref())),
        Row::of(&RGN_03, |it| region::country_must_have_a_region(it.buyer.country, it.day, &it.buyer.name)),
        Row::of(&RGN_02, |it| region::customer_must_be_in_the_sellers_region(it.chain(), &it.buyer, it.day)),
        Row::of(&RGN_04, |it| region::parties_must_share_a_cloud(it.chain(), Some(&it.buyer))),
        Row::of(&PSH_01, |it| partnership::partnership_must_be_active(it.chain(), it.partnership_active)),
        Row::of(&PSH_11, |it| {
            partnership::tenant_must_have_one_relationship_type(
                &it.seller,
                &it.buyer.tenant,
                it.other_edge.as_deref(),
            )
        }),
        Row::of(&CUS_01, |it| customer::domain_must_be_free(&it.domain, it.domain_taken, &it.subject)),
        Row::of(&SAL_02, |it| {
            selling::partner_must_buy_through_a_reseller_or_direct_bill(
                &it.seller,
                it.reseller.is_some(),
                &it.buyer,
            )
        }),
        Row::of(&SAL_03, |it| selling::tenant_must_be_a_customer_tenant(&it.buyer)),
        Row::of(&SAL_04, |it| selling::partner_must_not_sell_to_itself(it.chain(), &it.buyer)),
        Row::of(&SAL_05, |it| selling::partner_must_not_sell_to_an_affiliate(it.chain(), &it.buyer)),
        Row::of(&AGR_03, |it| {
            agreement::reseller_must_have_signed_for_new_business(it.reseller.as_ref(), it.day)
        }),
        Row::of(&ENR_15, |it| {
            standing::registration_id_must_be_given(it.buyer.country, &it.registration_id, &it.subject)
        }),
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

impl CreateCustomer {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }
}
