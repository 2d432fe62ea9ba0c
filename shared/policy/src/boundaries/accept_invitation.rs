//! What guards `AcceptInvitation`.

use crate::rules::{
    agreement::{self, AGR_04},
    customer::{self, CUS_07},
    partnership::{self, PSH_01, PSH_03, PSH_11},
    region::{self, RGN_02, RGN_04},
    selling::{self, SAL_03, SAL_04, SAL_05},
    standing::{self, ENR_11, ENR_14},
};
use crate::{Boundary, Buyer, Caller, Day, Instant, Invitation, Partner, Revision, Row};

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
        Row {
            rule: &CUS_07,
            judge: |act| {
                customer::signer_must_be_global_admin(
                    &act.caller,
                    &act.buyer.tenant,
                    act.recorded,
                    &act.subject,
                )
            },
        },
        Row {
            rule: &PSH_03,
            judge: |act| partnership::invitation_must_be_open(act.invitation.as_ref(), act.now),
        },
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
