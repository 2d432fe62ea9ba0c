//! The boundary `CreateCustomer`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{agreement::*, customer::*, partnership::*, region::*, selling::*, standing::*};
use crate::{Act, Boundary, Buyer, Chain, Partner, Registration, Row};

/// A partner creates a customer, or an operator records an existing customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCustomer {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
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
    /// Whether the domain belongs to another customer in the registry.
    pub domain_taken: bool,
    /// What the request says about the customer's company.
    pub registration: Registration,
}

impl Boundary for CreateCustomer {
    const NAME: &'static str = "CreateCustomer";
    const ROWS: &'static [Row<Self>] = &[
        row(&CUS_02, |it| creator_must_be_provider_or_direct_bill(&it.seller)),
        row(&ENR_11, |it| sellers_must_be_enrolled(it.chain())),
        row(&ENR_14, |it| sellers_must_be_in_good_standing(it.chain())),
        row(&AGR_04, |it| resellers_must_be_onboarded(it.chain())),
        row(&RGN_03, |it| country_must_have_a_region(it.buyer.country, it.act.day, it.buyer.told())),
        row(&RGN_02, |it| customer_must_be_in_region(it.chain(), &it.buyer, it.act.day)),
        row(&RGN_04, |it| parties_must_share_a_cloud(it.chain(), Some(&it.buyer))),
        row(&CUS_13, |it| organization_must_be_declared(&it.registration, &it.buyer)),
        row(&PSH_01, |it| partnership_must_be_active(it.chain(), it.partnership_active)),
        row(&PSH_11, |it| edge_types_must_agree(&it.seller, &it.buyer.tenant, it.other_edge.as_deref())),
        row(&CUS_01, |it| domain_must_be_free(&it.domain, it.domain_taken, &it.act)),
        row(&SAL_02, |it| partner_must_buy_as_a_customer(&it.seller, it.reseller.is_some(), &it.buyer)),
        row(&SAL_03, |it| tenant_must_be_a_customer_tenant(&it.buyer)),
        row(&SAL_04, |it| buyer_must_be_another_company(it.chain(), &it.buyer)),
        row(&SAL_05, |it| buyer_must_be_unaffiliated(it.chain(), &it.buyer)),
        row(&AGR_03, |it| reseller_must_have_signed_for_new_business(it.reseller.as_ref(), it.act.day)),
        row(&ENR_15, |it| {
            let id = &it.registration.registration_id;
            registration_id_must_be_given(it.buyer.country, id, it.buyer.told())
        }),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl CreateCustomer {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }
}
