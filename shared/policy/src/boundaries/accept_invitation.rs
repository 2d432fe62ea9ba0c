//! The boundary `AcceptInvitation`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{agreement::*, customer::*, partnership::*, region::*, selling::*, standing::*};
use crate::{Act, Boundary, Buyer, Caller, Chain, Invitation, Partner, Registration, Row, Verdict};

/// A customer accepts a relationship request, or an operator records a relationship.
///
/// The inviting partner may have known only the customer's e-mail address. Here the customer's tenant is
/// known, so this boundary also judges the rules about the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptInvitation {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Whether an operator records an earlier relationship, with its evidence; no customer answers then.
    pub recorded: bool,
    /// Who calls.
    pub caller: Caller,
    /// The invitation that is answered; `None` when an operator records a relationship.
    pub invitation: Option<Invitation>,
    /// The partner that asked for a reseller relationship; in a joint request, the provider.
    pub seller: Partner,
    /// The reseller of a joint request; `None` when one partner asked alone.
    pub reseller: Option<Partner>,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
    /// Resource name of the partnership between the seller and the partner whose CSP tenant is the
    /// customer's tenant; `None` when there is none.
    pub other_edge: Option<String>,
    /// The customer, with its tenant.
    pub buyer: Buyer,
    /// What a tenant that the suite does not know yet says about itself; `None` for a known customer.
    pub registration: Option<Registration>,
}

impl Boundary for AcceptInvitation {
    const NAME: &'static str = "AcceptInvitation";
    const ROWS: &'static [Row<Self>] = &[
        row(&CUS_07, |it| customer_admin_must_answer(it.signer(), &it.buyer.tenant, &it.act)),
        row(&PSH_03, |it| invitation_must_be_open(it.invitation.as_ref(), it.act.at)),
        row(&ENR_11, |it| sellers_must_be_enrolled(it.chain())),
        row(&ENR_14, |it| sellers_must_be_in_good_standing(it.chain())),
        row(&AGR_04, |it| resellers_must_be_onboarded(it.chain())),
        row(&RGN_03, |it| country_must_have_a_region(it.buyer.country, it.act.day, it.buyer.told())),
        row(&RGN_02, |it| customer_must_be_in_region(it.chain(), &it.buyer, it.act.day)),
        row(&RGN_04, |it| parties_must_share_a_cloud(it.chain(), Some(&it.buyer))),
        row(&CUS_13, |it| it.if_new(|new| organization_must_be_declared(new, &it.buyer))),
        row(&PSH_01, |it| partnership_must_be_active(it.chain(), it.partnership_active)),
        row(&PSH_11, |it| edge_types_must_agree(&it.seller, &it.buyer.tenant, it.other_edge.as_deref())),
        row(&SAL_03, |it| tenant_must_be_a_customer_tenant(&it.buyer)),
        row(&SAL_04, |it| buyer_must_be_another_company(it.chain(), &it.buyer)),
        row(&SAL_05, |it| buyer_must_be_unaffiliated(it.chain(), &it.buyer)),
        row(&ENR_15, |it| {
            it.if_new(|new| {
                registration_id_must_be_given(it.buyer.country, &new.registration_id, it.buyer.told())
            })
        }),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl AcceptInvitation {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }

    /// Judges a rule about a tenant that becomes a customer; not applicable to a known customer.
    fn if_new(&self, judge: impl FnOnce(&Registration) -> Verdict) -> Verdict {
        self.registration.as_ref().map_or(Verdict::NotApplicable, judge)
    }

    /// The caller who answers for the customer; `None` when an operator records a relationship.
    fn signer(&self) -> Option<&Caller> {
        (!self.recorded).then_some(&self.caller)
    }
}
