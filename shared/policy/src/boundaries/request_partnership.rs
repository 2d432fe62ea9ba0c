//! What guards `RequestPartnership`.

use crate::rules::{
    agreement::{self, AGR_04},
    partnership::{self, PSH_02},
    region::{self, RGN_01, RGN_04},
    standing::{self, ENR_11, ENR_14},
};
use crate::{Boundary, Day, Partner, Revision, Row};

/// A provider asks a reseller for a partnership. The agreement need not be signed yet: acceptance may come
/// first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPartnership {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// The provider.
    pub provider: Partner,
    /// The reseller.
    pub reseller: Partner,
}

impl Boundary for RequestPartnership {
    const NAME: &'static str = "RequestPartnership";
    const ROWS: &'static [Row<Self>] = &[
        Row { rule: &PSH_02, judge: |act| partnership::requester_must_be_a_provider(&act.provider) },
        Row { rule: &PSH_02, judge: |act| partnership::addressee_must_be_a_reseller(&act.reseller) },
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
