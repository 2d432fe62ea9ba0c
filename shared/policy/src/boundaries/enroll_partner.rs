//! What guards `EnrollPartner`.

use crate::boundary::row;
use crate::rules::{enrollment::*, region::*, standing::*};
use crate::{Act, Boundary, Country, DirectBillCapabilities, PartnerKind, RegistrationId, Row};

/// A company applies for a partner account, or an operator records one that was established before: then
/// the day of the facts is the day of that enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrollPartner {
    /// What the act says of itself.
    pub act: Act,
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
        row(&ENR_02, |it| newcomer_must_enroll_as_reseller(it.kind, it.organization_is_in_csp, &it.act)),
        row(&ENR_03, |it| direct_bill_requirements_must_be_met(it.kind, it.direct_bill, &it.act)),
        row(&RGN_03, |it| country_must_have_a_region(it.country, it.act.day, &it.act.subject)),
        row(&ENR_10, |it| tenant_must_be_free(&it.tenant, it.tenant_enrolled_by.as_deref(), &it.act)),
        row(&ENR_06, |it| contact_email_must_be_of_the_company(Some(&it.contact_email), &it.act)),
        row(&ENR_15, |it| registration_id_must_be_given(it.country, &it.registration_id, &it.act)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
