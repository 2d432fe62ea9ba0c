//! The boundary `InviteCustomer`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{agreement::*, partnership::*, region::*, selling::*, standing::*};
use crate::{Act, Boundary, Buyer, Chain, Partner, Row, Verdict};

/// A partner asks an existing customer for a reseller relationship. In a joint request, a provider and its
/// reseller ask together.
///
/// The inviting partner may know only the customer's e-mail address. The rules about the customer's tenant
/// are then not applicable here; `AcceptInvitation` judges them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCustomer {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// The partner that asks for a reseller relationship; in a joint request, the provider.
    pub seller: Partner,
    /// The reseller of a joint request, whether the provider or the reseller sends the request.
    pub reseller: Option<Partner>,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
    /// Resource name of the partnership between the seller and the partner whose CSP tenant is the
    /// customer's tenant; `None` when there is none.
    pub other_edge: Option<String>,
    /// The invited customer; `None` while only its e-mail address is known.
    pub buyer: Option<Buyer>,
}

impl Boundary for InviteCustomer {
    const NAME: &'static str = "InviteCustomer";
    const ROWS: &'static [Row<Self>] = &[
        row(&ENR_11, |it| sellers_must_be_enrolled(it.chain())),
        row(&ENR_14, |it| sellers_must_be_in_good_standing(it.chain())),
        row(&AGR_04, |it| resellers_must_be_onboarded(it.chain())),
        row(&RGN_02, |it| it.if_known(|buyer| customer_must_be_in_region(it.chain(), buyer, it.act.day))),
        row(&RGN_04, |it| parties_must_share_a_cloud(it.chain(), it.buyer.as_ref())),
        row(&PSH_01, |it| partnership_must_be_active(it.chain(), it.partnership_active)),
        row(&PSH_11, |it| {
            it.if_known(|buyer| edge_types_must_agree(&it.seller, &buyer.tenant, it.other_edge.as_deref()))
        }),
        row(&SAL_03, |it| it.if_known(tenant_must_be_a_customer_tenant)),
        row(&SAL_04, |it| it.if_known(|buyer| buyer_must_be_another_company(it.chain(), buyer))),
        row(&SAL_05, |it| it.if_known(|buyer| buyer_must_be_unaffiliated(it.chain(), buyer))),
        row(&AGR_03, |it| reseller_must_have_signed_for_new_business(it.reseller.as_ref(), it.act.day)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl InviteCustomer {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }

    /// Judges a rule about the buyer; not applicable while only its e-mail address is known.
    fn if_known(&self, judge: impl FnOnce(&Buyer) -> Verdict) -> Verdict {
        self.buyer.as_ref().map_or(Verdict::NotApplicable, judge)
    }
}
