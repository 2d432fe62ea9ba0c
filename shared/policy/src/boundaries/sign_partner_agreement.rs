//! What guards `SignPartnerAgreement`.

use crate::rules::agreement::{self, AGR_05};
use crate::{Boundary, Caller, Day, Partner, Revision, Row};

/// A partner signs the partner agreement for its region, or an operator records a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignPartnerAgreement {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// Whether an operator records what was established before, with its evidence.
    pub recorded: bool,
    /// Who calls.
    pub caller: Caller,
    /// The partner that signs.
    pub partner: Partner,
}

impl Boundary for SignPartnerAgreement {
    const NAME: &'static str = "SignPartnerAgreement";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &AGR_05,
            judge: |act| agreement::signer_must_be_global_admin(&act.caller, &act.partner, act.recorded),
        },
        Row { rule: &AGR_05, judge: |act| agreement::signer_must_be_authorized(&act.partner) },
        Row { rule: &AGR_05, judge: |act| agreement::signer_must_have_an_mpn_id(&act.partner) },
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
