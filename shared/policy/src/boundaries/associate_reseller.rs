//! What guards `AssociateReseller`.

use crate::rules::{
    agreement::{self, AGR_02},
    order::{self, SUB_04},
    partnership::{self, PSH_01},
    region::{self, RGN_04},
    standing::{self, ENR_11, ENR_14},
    subscription::{self, SUB_15},
};
use crate::{Act, Boundary, Caller, Chain, NamedMpnId, Partner, Row};

/// A seller puts a reseller of record on an existing subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociateReseller {
    /// What the act says of itself.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// The partner that buys from Microsoft: the provider, or a direct-bill partner.
    pub seller: Partner,
    /// The reseller that the MPN ID belongs to; `None` when it belongs to no account.
    pub reseller: Option<Partner>,
    /// The MPN ID that becomes reseller of record.
    pub reseller_mpn_id: NamedMpnId,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
}

impl Boundary for AssociateReseller {
    const NAME: &'static str = "AssociateReseller";
    const ROWS: &'static [Row<Self>] = &[
        Row::of(&SUB_15, |it| {
            subscription::reseller_must_be_associated_by_the_seller(&it.caller, &it.seller, it.subject())
        }),
        Row::of(&ENR_11, |it| standing::sellers_must_be_enrolled(it.chain())),
        Row::of(&ENR_14, |it| standing::sellers_must_be_in_good_standing(it.chain())),
        Row::of(&RGN_04, |it| region::parties_must_share_a_cloud(it.chain(), None)),
        Row::of(&PSH_01, |it| partnership::partnership_must_be_active(it.chain(), it.partnership_active)),
        Row::of(&AGR_02, |it| agreement::reseller_of_record_must_have_signed(it.reseller.as_ref(), it.day())),
        Row::of(&SUB_04, |it| {
            order::reseller_of_record_must_be_a_resellers_location(Some(&it.reseller_mpn_id), it.chain())
        }),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl AssociateReseller {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }
}
