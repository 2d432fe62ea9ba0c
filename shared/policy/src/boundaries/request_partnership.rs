//! What guards `RequestPartnership`.

use crate::rules::{
    agreement::{self, AGR_04},
    partnership::{self, PSH_02},
    region::{self, RGN_01, RGN_04},
    standing::{self, ENR_11, ENR_14},
};
use crate::{Act, Boundary, Chain, Partner, Row};

/// A provider asks a reseller for a partnership. The agreement need not be signed yet: acceptance may come
/// first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPartnership {
    /// What the act says of itself.
    pub act: Act,
    /// The provider.
    pub provider: Partner,
    /// The reseller.
    pub reseller: Partner,
}

impl Boundary for RequestPartnership {
    const NAME: &'static str = "RequestPartnership";
    const ROWS: &'static [Row<Self>] = &[
        Row::of(&PSH_02, |it| partnership::requester_must_be_a_provider(&it.provider)),
        Row::of(&PSH_02, |it| partnership::addressee_must_be_a_reseller(&it.reseller)),
        Row::of(&ENR_11, |it| standing::sellers_must_be_enrolled(it.chain())),
        Row::of(&ENR_14, |it| standing::sellers_must_be_in_good_standing(it.chain())),
        Row::of(&AGR_04, |it| agreement::reseller_must_be_onboarded(Some(&it.reseller))),
        Row::of(&RGN_01, |it| region::partners_must_share_a_region(&it.provider, &it.reseller, it.day())),
        Row::of(&RGN_04, |it| region::parties_must_share_a_cloud(it.chain(), None)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}

impl RequestPartnership {
    fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.provider, reseller: Some(&self.reseller) }
    }
}
