//! What guards `AcceptInvitation`.

use crate::rules::{
    agreement::{self, AGR_04},
    customer::{self, CUS_07},
    partnership::{self, PSH_01, PSH_03, PSH_11},
    region::{self, RGN_02, RGN_04},
    selling::{self, SAL_03, SAL_04, SAL_05},
    standing::{self, ENR_11, ENR_14},
};
use crate::{Boundary, Buyer, Caller, Chain, Day, Instant, Invitation, Partner, Revision, Row};

/// A customer accepts a relationship request, or an operator records a relationship.
///
/// The tenant becomes known here at the latest, so every rule that the invitation could not judge is judged
/// now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptInvitation {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Whether an operator records what was established before, with its evidence.
    pub recorded: bool,
    /// Who calls.
    pub caller: Caller,
    /// The instant of the decision.
    pub now: Instant,
    /// The invitation that is answered; `None` for a record.
    pub invitation: Option<Invitation>,
    /// The partner that asked for a reseller relationship: of a joint request, the provider.
    pub seller: Partner,
    /// The reseller of a joint request.
    pub reseller: Option<Partner>,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
    /// Resource name of the partnership between the seller and the partner whose CSP tenant is the
    /// customer's tenant; `None` when there is none.
    pub other_edge: Option<String>,
    /// The customer, with its tenant.
    pub buyer: Buyer,
}

impl Boundary for AcceptInvitation {
    const NAME: &'static str = "AcceptInvitation";
    const ROWS: &'static [Row<Self>] = &[
        Row::of(&CUS_07, |it| {
            customer::signer_must_be_global_admin(&it.caller, &it.buyer.tenant, it.recorded, &it.subject)
        }),
        Row::of(&PSH_03, |it| partnership::invitation_must_be_open(it.invitation.as_ref(), it.now)),
        Row::of(&ENR_11, |it| standing::sellers_must_be_enrolled(it.chain())),
        Row::of(&ENR_14, |it| standing::sellers_must_be_in_good_standing(it.chain())),
        Row::of(&AGR_04, |it| agreement::reseller_must_be_onboarded(it.reseller.as_ref())),
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
        Row::of(&SAL_03, |it| selling::tenant_must_be_a_customer_tenant(&it.buyer)),
        Row::of(&SAL_04, |it| selling::partner_must_not_sell_to_itself(it.chain(), &it.buyer)),
        Row::of(&SAL_05, |it| selling::partner_must_not_sell_to_an_affiliate(it.chain(), &it.buyer)),
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

impl AcceptInvitation {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }
}
