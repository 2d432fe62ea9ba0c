//! The boundary `SignPartnerAgreement`: its facts and its rules.

use crate::boundary::row;
use crate::rules::agreement::*;
use crate::{Act, Boundary, Caller, Partner, Row};

/// A partner signs the partner agreement for its region, or an operator records an earlier signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignPartnerAgreement {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Whether an operator records an earlier signature, with its evidence; no partner signs then.
    pub recorded: bool,
    /// Who calls.
    pub caller: Caller,
    /// The partner that signs.
    pub partner: Partner,
}

impl Boundary for SignPartnerAgreement {
    const NAME: &'static str = "SignPartnerAgreement";
    const ROWS: &'static [Row<Self>] = &[
        row(&AGR_05, |it| signer_must_be_global_admin(&it.caller, &it.partner, it.recorded)),
        row(&AGR_05, |it| signer_must_be_authorized(&it.partner)),
        row(&AGR_05, |it| signer_must_have_an_mpn_id(&it.partner)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
