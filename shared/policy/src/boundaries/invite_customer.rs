//! What guards `InviteCustomer`.

use crate::rules::{
    agreement::{self, AGR_03, AGR_04},
    partnership::{self, PSH_01, PSH_11},
    region::{self, RGN_02, RGN_04},
    selling::{self, SAL_03, SAL_04, SAL_05},
    standing::{self, ENR_11, ENR_14},
};
use crate::{Boundary, Buyer, Chain, Day, Partner, Revision, Row, Verdict};

/// A partner invites an existing customer, alone or together with its reseller (a joint request).
///
/// The customer may be known by its e-mail address only. The rules about its tenant are then not
/// applicable here, and are judged when the invitation is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteCustomer {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// The partner that asks for a reseller relationship: of a joint request, the provider.
    pub seller: Partner,
    /// The reseller of a joint request, whoever of the two sends it.
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
        Row::of(&ENR_11, |it| standing::sellers_must_be_enrolled(it.chain())),
        Row::of(&ENR_14, |it| standing::sellers_must_be_in_good_standing(it.chain())),
        Row::of(&AGR_04, |it| agreement::reseller_must_be_onboarded(it.reseller.as_ref())),
        Row::of(&RGN_02, |it| {
            buyer_rule(it, |buyer| region::customer_must_be_in_the_sellers_region(it.chain(), buyer, it.day))
        }),
        Row::of(&RGN_04, |it| region::parties_must_share_a_cloud(it.chain(), it.buyer.as_ref())),
        Row::of(&PSH_01, |it| partnership::partnership_must_be_active(it.chain(), it.partnership_active)),
        Row::of(&PSH_11, |it| {
            buyer_rule(it, |buyer| {
                partnership::tenant_must_have_one_relationship_type(
                    &it.seller,
                    &buyer.tenant,
                    it.other_edge.as_deref(),
                )
            })
        }),
        Row::of(&SAL_03, |it| buyer_rule(it, selling::tenant_must_be_a_customer_tenant)),
        Row::of(&SAL_04, |it| {
            buyer_rule(it, |buyer| selling::partner_must_not_sell_to_itself(it.chain(), buyer))
        }),
        Row::of(&SAL_05, |it| {
            buyer_rule(it, |buyer| selling::partner_must_not_sell_to_an_affiliate(it.chain(), buyer))
        }),
        Row::of(&AGR_03, |it| {
            agreement::reseller_must_have_signed_for_new_business(it.reseller.as_ref(), it.day)
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

/// Puts a rule about the buyer's tenant; not applicable while nobody knows the tenant.
fn buyer_rule(act: &InviteCustomer, judge: impl FnOnce(&Buyer) -> Verdict) -> Verdict {
    act.buyer.as_ref().map_or(Verdict::NotApplicable, judge)
}

impl InviteCustomer {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }
}
