//! What guards `ConfirmCustomerAgreement`.

use crate::rules::customer::{self, CUS_10};
use crate::{Attester, Boundary, Day, Revision, Row};

/// A transacting partner attests that the customer accepted its agreement, or the customer accepts it itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmCustomerAgreement {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Resource name of the customer.
    pub customer: String,
    /// The partner that attests; `None` when the customer accepts itself or an operator records it.
    pub attester: Option<Attester>,
    /// The day of acceptance.
    pub signed_on: Day,
}

impl Boundary for ConfirmCustomerAgreement {
    const NAME: &'static str = "ConfirmCustomerAgreement";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &CUS_10,
            judge: |act| {
                customer::attester_must_be_the_transacting_partner(act.attester.as_ref(), &act.customer)
            },
        },
        Row {
            rule: &CUS_10,
            judge: |act| customer::signer_must_be_named(act.attester.as_ref(), &act.customer),
        },
        Row {
            rule: &CUS_10,
            judge: |act| {
                customer::agreement_date_must_not_be_in_the_future(act.signed_on, act.day, &act.customer)
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
