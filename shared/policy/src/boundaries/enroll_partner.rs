//! What guards `EnrollPartner`.

use crate::rules::{
    enrollment::{self, ENR_02, ENR_03, ENR_06, ENR_10},
    region::{self, RGN_03},
    standing::{self, ENR_15},
};
use crate::{Boundary, Country, Day, DirectBillCapabilities, PartnerKind, RegistrationId, Revision, Row};

/// A company applies for a partner account, or an operator records one that was established before: then
/// the day of the facts is the day of that enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrollPartner {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// The kind of account.
    pub kind: PartnerKind,
    /// The CSP tenant of the account to be.
    pub tenant: String,
    /// Resource name of the account that this tenant belongs to already.
    pub tenant_enrolled_by: Option<String>,
    /// Country of the legal business.
    pub country: Country,
    /// Whether the company holds an authorized account of the programme already.
    pub organization_is_in_csp: bool,
    /// What a direct-bill applicant declares; irrelevant for other kinds.
    pub direct_bill: DirectBillCapabilities,
    /// E-mail address of the primary contact.
    pub contact_email: String,
    /// The registration id.
    pub registration_id: RegistrationId,
}

impl Boundary for EnrollPartner {
    const NAME: &'static str = "EnrollPartner";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &ENR_02,
            judge: |act| {
                enrollment::newcomer_must_enroll_as_reseller(
                    act.kind,
                    act.organization_is_in_csp,
                    &act.subject,
                )
            },
        },
        Row {
            rule: &ENR_03,
            judge: |act| {
                enrollment::direct_bill_requirements_must_be_met(act.kind, act.direct_bill, &act.subject)
            },
        },
        Row {
            rule: &RGN_03,
            judge: |act| region::country_must_have_a_region(act.country, act.day, &act.subject),
        },
        Row {
            rule: &ENR_10,
            judge: |act| {
                enrollment::tenant_must_be_free(&act.tenant, act.tenant_enrolled_by.as_deref(), &act.subject)
            },
        },
        Row {
            rule: &ENR_06,
            judge: |act| enrollment::contact_email_must_not_be_webmail(&act.contact_email, &act.subject),
        },
        Row {
            rule: &ENR_15,
            judge: |act| {
                standing::registration_id_must_be_given(act.country, &act.registration_id, &act.subject)
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
