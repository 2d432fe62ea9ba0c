//! The boundary `EnrollPartner`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{enrollment::*, region::*, standing::*};
use crate::{Act, Boundary, Country, DirectBillCapabilities, PartnerKind, RegistrationId, Row};

/// A company applies for a partner account, or an operator records an earlier enrolment. A recorded enrolment
/// is judged for the day on which it took place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrollPartner {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// The kind of account that the company applies for.
    pub kind: PartnerKind,
    /// The CSP tenant of the new account.
    pub tenant: String,
    /// Resource name of the account that already has this tenant; `None` for a free tenant.
    pub tenant_enrolled_by: Option<String>,
    /// Country of the legal business.
    pub country: Country,
    /// Whether the company already holds an authorized account of the programme.
    pub organization_is_in_csp: bool,
    /// The declared capabilities of a direct-bill applicant; irrelevant for other kinds.
    pub direct_bill: DirectBillCapabilities,
    /// E-mail address of the primary contact.
    pub contact_email: String,
    /// The company's registration id, as the request gives it.
    pub registration_id: RegistrationId,
}

impl Boundary for EnrollPartner {
    const NAME: &'static str = "EnrollPartner";
    const ROWS: &'static [Row<Self>] = &[
        row(&ENR_02, |it| {
            newcomer_must_enroll_as_reseller(it.kind, it.organization_is_in_csp, &it.tenant, &it.act)
        }),
        row(&ENR_03, |it| direct_bill_requirements_must_be_met(it.kind, it.direct_bill, &it.tenant, &it.act)),
        row(&RGN_03, |it| country_must_have_a_region(it.country, it.act.day, it.act.told(&it.tenant))),
        row(&ENR_10, |it| tenant_must_be_free(&it.tenant, it.tenant_enrolled_by.as_deref(), &it.act)),
        row(&ENR_06, |it| contact_email_must_be_of_the_company(Some(&it.contact_email), &it.act)),
        row(&ENR_15, |it| {
            registration_id_must_be_given(it.country, &it.registration_id, it.act.told(&it.tenant))
        }),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
