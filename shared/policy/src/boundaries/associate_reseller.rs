//! What guards `AssociateReseller`.

use crate::rules::{
    agreement::{self, AGR_02},
    order::{self, SUB_04},
    partnership::{self, PSH_01},
    region::{self, RGN_04},
    standing::{self, ENR_11, ENR_14},
    subscription::{self, SUB_15},
};
use crate::{Boundary, Caller, Day, NamedMpnId, Partner, Revision, Row};

/// A seller puts a reseller of record on an existing subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociateReseller {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
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
        Row {
            rule: &SUB_15,
            judge: |act| {
                subscription::reseller_must_be_associated_by_the_seller(
                    &act.caller,
                    &act.seller,
                    &act.subject,
                )
            },
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
        Row {
            rule: &RGN_04,
            judge: |act| region::parties_must_share_a_cloud(&act.seller, act.reseller.as_ref(), None),
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
            rule: &AGR_02,
            judge: |act| agreement::reseller_of_record_must_have_signed(act.reseller.as_ref(), act.day),
        },
        Row {
            rule: &SUB_04,
            judge: |act| {
                order::reseller_of_record_must_be_a_resellers_location(
                    Some(&act.reseller_mpn_id),
                    &act.seller,
                    act.reseller.as_ref(),
                )
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
