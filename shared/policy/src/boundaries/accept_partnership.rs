//! The boundary `AcceptPartnership`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{agreement::*, partnership::*, region::*, standing::*};
use crate::{Act, Boundary, Caller, Chain, Invitation, Partner, Row};

/// A reseller accepts a provider's request for a partnership, or an operator records an earlier partnership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptPartnership {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Whether an operator records an earlier partnership, with its evidence; no reseller answers then.
    pub recorded: bool,
    /// Who calls.
    pub caller: Caller,
    /// The provider.
    pub provider: Partner,
    /// The reseller.
    pub reseller: Partner,
    /// The request that is answered; `None` when an operator records a partnership.
    pub invitation: Option<Invitation>,
    /// Resource name of the reseller relationship by which the reseller's CSP tenant is the provider's
    /// customer; `None` when there is none.
    pub other_edge: Option<String>,
    /// Whether the caller explicitly confirmed that the provider is authorised.
    pub confirmed: bool,
}

impl Boundary for AcceptPartnership {
    const NAME: &'static str = "AcceptPartnership";
    const ROWS: &'static [Row<Self>] = &[
        row(&PSH_04, |it| accepter_must_be_global_admin(&it.caller, &it.reseller, it.recorded)),
        row(&PSH_02, |it| requester_must_be_a_provider(&it.provider)),
        row(&PSH_02, |it| addressee_must_be_a_reseller(&it.reseller)),
        row(&PSH_03, |it| invitation_must_be_open(it.invitation.as_ref(), it.act.at)),
        row(&ENR_11, |it| sellers_must_be_enrolled(it.chain())),
        row(&ENR_14, |it| sellers_must_be_in_good_standing(it.chain())),
        row(&AGR_04, |it| resellers_must_be_onboarded(it.chain())),
        row(&RGN_01, |it| partners_must_share_a_region(it.chain(), it.act.day)),
        row(&RGN_04, |it| parties_must_share_a_cloud(it.chain(), None)),
        row(&PSH_11, |it| edge_types_must_agree(&it.provider, &it.reseller.tenant, it.other_edge.as_deref())),
        row(&PSH_04, |it| authorization_must_be_confirmed(it.confirmed, it.recorded, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl AcceptPartnership {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.provider, reseller: Some(&self.reseller) }
    }
}
