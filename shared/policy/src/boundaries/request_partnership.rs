//! The boundary `RequestPartnership`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{agreement::*, partnership::*, region::*, standing::*};
use crate::{Act, Boundary, Chain, Partner, Row};

/// A provider asks a reseller for a partnership. The reseller may accept before it signs the partner
/// agreement, so no row asks for a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPartnership {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// The provider.
    pub provider: Partner,
    /// The reseller.
    pub reseller: Partner,
}

impl Boundary for RequestPartnership {
    const NAME: &'static str = "RequestPartnership";
    const ROWS: &'static [Row<Self>] = &[
        row(&PSH_02, |it| requester_must_be_a_provider(&it.provider)),
        row(&PSH_02, |it| addressee_must_be_a_reseller(&it.reseller)),
        row(&ENR_11, |it| sellers_must_be_enrolled(it.chain())),
        row(&ENR_14, |it| sellers_must_be_in_good_standing(it.chain())),
        row(&AGR_04, |it| resellers_must_be_onboarded(it.chain())),
        row(&RGN_01, |it| partners_must_share_a_region(it.chain(), it.act.day)),
        row(&RGN_04, |it| parties_must_share_a_cloud(it.chain(), None)),
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
