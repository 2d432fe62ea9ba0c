//! The boundary `ConfirmCustomerAgreement`: its facts and its rules.

use crate::boundary::row;
use crate::rules::customer::*;
use crate::{Act, Attester, Boundary, Day, Row};

/// A transacting partner attests that the customer accepted the customer agreement, the customer accepts the
/// agreement itself, or an operator records the acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmCustomerAgreement {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Resource name of the customer.
    pub customer: String,
    /// The partner that attests; `None` when the customer accepts or an operator records the acceptance.
    pub attester: Option<Attester>,
    /// The day on which the customer accepted the agreement.
    pub signed_on: Day,
    /// The latest day that has begun somewhere on Earth.
    pub latest_day: Day,
}

impl Boundary for ConfirmCustomerAgreement {
    const NAME: &'static str = "ConfirmCustomerAgreement";
    const ROWS: &'static [Row<Self>] = &[
        row(&CUS_10, |it| attester_must_be_the_transacting_partner(it.attester.as_ref(), &it.customer)),
        row(&CUS_10, |it| signer_must_be_named(it.attester.as_ref(), &it.customer)),
        row(&CUS_10, |it| agreement_date_must_have_come(it.signed_on, it.latest_day, &it.customer)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
