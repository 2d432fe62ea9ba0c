//! What guards `SetSupportContact`.

use crate::rules::{
    partnership::{self, PSH_01},
    subscription::{self, SUB_06, SUB_15},
};
use crate::{Boundary, Caller, Day, Partner, Revision, Row};

/// The seller, or a reseller that is designated, names the support contact of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSupportContact {
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
    /// Whether the caller is a reseller that is designated for the customer, or of record on the
    /// subscription.
    pub designated: bool,
    /// The support contact to be: the seller itself, or a reseller.
    pub contact: Partner,
    /// Whether an active partnership connects seller and contact; irrelevant for the seller itself.
    pub partnership_active: bool,
    /// Whether the contact serves this customer.
    pub contact_serves_customer: bool,
}

impl Boundary for SetSupportContact {
    const NAME: &'static str = "SetSupportContact";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &SUB_15,
            judge: |act| {
                subscription::caller_must_be_seller_or_designated(
                    &act.caller,
                    &act.seller,
                    act.designated,
                    &act.subject,
                )
            },
        },
        Row {
            rule: &PSH_01,
            judge: |act| {
                partnership::partnership_must_be_active(
                    &act.seller,
                    subscription::foreign_contact(&act.seller, &act.contact),
                    act.partnership_active,
                )
            },
        },
        Row {
            rule: &SUB_06,
            judge: |act| {
                subscription::support_contact_must_serve_the_customer(
                    &act.seller,
                    &act.contact,
                    act.contact_serves_customer,
                    &act.subject,
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
