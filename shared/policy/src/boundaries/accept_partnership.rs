//! What guards `AcceptPartnership`.

use crate::rules::{
    agreement::{self, AGR_04},
    partnership::{self, PSH_02, PSH_03, PSH_04, PSH_11},
    region::{self, RGN_01, RGN_04},
    standing::{self, ENR_11, ENR_14},
};
use crate::{Act, Boundary, Caller, Chain, Instant, Invitation, Partner, Row};

/// A reseller accepts a provider's request, or an operator records a partnership that was established before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptPartnership {
    /// What the act says of itself.
    pub act: Act,
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
        Row::of(&PSH_04, |it| {
            partnership::accepter_must_be_global_admin(&it.caller, &it.reseller, it.recorded)
        }),
        Row::of(&PSH_02, |it| partnership::requester_must_be_a_provider(&it.provider)),
        Row::of(&PSH_02, |it| partnership::addressee_must_be_a_reseller(&it.reseller)),
        Row::of(&PSH_03, |it| partnership::invitation_must_be_open(it.invitation.as_ref(), it.now)),
        Row::of(&ENR_11, |it| standing::sellers_must_be_enrolled(it.chain())),
        Row::of(&ENR_14, |it| standing::sellers_must_be_in_good_standing(it.chain())),
        Row::of(&AGR_04, |it| agreement::reseller_must_be_onboarded(Some(&it.reseller))),
        Row::of(&RGN_01, |it| region::partners_must_share_a_region(&it.provider, &it.reseller, it.day())),
        Row::of(&RGN_04, |it| region::parties_must_share_a_cloud(it.chain(), None)),
        Row::of(&PSH_11, |it| {
            partnership::tenant_must_have_one_relationship_type(
                &it.provider,
                &it.reseller.tenant,
                it.other_edge.as_deref(),
            )
        }),
        Row::of(&PSH_04, |it| {
            partnership::authorization_must_be_confirmed(it.confirmed, it.recorded, it.subject())
        }),
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
