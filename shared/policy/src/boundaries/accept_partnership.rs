//! What guards `AcceptPartnership`.

use crate::rules::{
    agreement::{self, AGR_04},
    partnership::{self, PSH_02, PSH_03, PSH_04, PSH_11},
    region::{self, RGN_01, RGN_04},
    standing::{self, ENR_11, ENR_14},
};
use crate::{Boundary, Caller, Day, Instant, Invitation, Partner, Revision, Row};

/// A reseller accepts a provider's request, or an operator records a partnership that was established before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptPartnership {
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
    /// The provider.
    pub provider: Partner,
    /// The reseller.
    pub reseller: Partner,
    /// The invitation that is answered; `None` for a record.
    pub invitation: Option<Invitation>,
    /// Resource name of the reseller relationship by which the reseller's CSP tenant is the provider's
    /// customer; `None` when there is none.
    pub other_edge: Option<String>,
    /// Whether the authorisation of the provider was confirmed explicitly.
    pub confirmed: bool,
}

impl Boundary for AcceptPartnership {
    const NAME: &'static str = "AcceptPartnership";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &PSH_04,
            judge: |act| partnership::accepter_must_be_global_admin(&act.caller, &act.reseller, act.recorded),
        },
        Row { rule: &PSH_02, judge: |act| partnership::requester_must_be_a_provider(&act.provider) },
        Row { rule: &PSH_02, judge: |act| partnership::addressee_must_be_a_reseller(&act.reseller) },
        Row {
            rule: &PSH_03,
            judge: |act| partnership::invitation_must_be_open(act.invitation.as_ref(), act.now),
        },
        Row {
            rule: &ENR_11,
            judge: |act| {
                standing::each_seller(&act.provider, Some(&act.reseller), standing::partner_must_be_enrolled)
            },
        },
        Row {
            rule: &ENR_14,
            judge: |act| {
                standing::each_seller(
                    &act.provider,
                    Some(&act.reseller),
                    standing::partner_must_be_in_good_standing,
                )
            },
        },
        Row { rule: &AGR_04, judge: |act| agreement::reseller_must_be_onboarded(Some(&act.reseller)) },
        Row {
            rule: &RGN_01,
            judge: |act| region::partners_must_share_a_region(&act.provider, &act.reseller, act.day),
        },
        Row {
            rule: &RGN_04,
            judge: |act| region::parties_must_share_a_cloud(&act.provider, Some(&act.reseller), None),
        },
        Row {
            rule: &PSH_11,
            judge: |act| {
                partnership::tenant_must_have_one_relationship_type(
                    &act.provider,
                    &act.reseller.tenant,
                    act.other_edge.as_deref(),
                )
            },
        },
        Row {
            rule: &PSH_04,
            judge: |act| {
                partnership::authorization_must_be_confirmed(act.confirmed, act.recorded, &act.subject)
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
