//! What guards `SignPartnerAgreement`.

use crate::boundary::row;
use crate::rules::agreement::*;
use crate::{Act, Boundary, Caller, Partner, Row};

/// A partner signs the partner agreement for its region, or an operator records a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignPartnerAgreement {
    /// What the act says of itself.
    pub act: Act,
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
        row(&AGR_05, |it| signer_must_be_global_admin(&it.caller, &it.partner, it.recorded)),
        row(&AGR_05, |it| signer_must_be_authorized(&it.partner)),
        row(&AGR_05, |it| signer_must_have_an_mpn_id(&it.partner)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
