//! A partner account that comes to be.

use csp_policy::Region;
use csp_proto::partner_registry::v1::{EnrollmentState, ReviewStep, Standing};
use csp_proto::r#type::v1::Evidence;
use jiff::Timestamp;

use super::Partner;
use crate::partner::application::{Application, Profile};
use crate::store::partner::PartnerRow;
use crate::words::{self, Word};

/// What names an account that is to be.
pub(crate) struct Identity {
    pub(crate) id: String,
    pub(crate) external_id: Option<String>,
    pub(crate) tenant: String,
}

impl Partner {
    /// An account that is asked for: pending, its contact's address to be proved.
    pub(crate) fn enroll(
        identity: Identity,
        application: &Application,
        profile: Profile,
        region: Option<Region>,
        now: Timestamp,
    ) -> Self {
        let mut partner = Self::new(identity, application, profile, region, now);
        partner.row.enrollment_state = EnrollmentState::Pending.word().to_owned();
        partner.row.review_step = ReviewStep::EmailOwnership.word().to_owned();
        partner.renew_email_token(now);
        partner
    }

    /// An account that was established elsewhere: authorized at once.
    pub(crate) fn record(
        identity: Identity,
        application: &Application,
        profile: Profile,
        region: Option<Region>,
        (standing, evidence): (Standing, Evidence),
        now: Timestamp,
    ) -> Self {
        let mut partner = Self::new(identity, application, profile, region, now);
        partner.row.standing = standing.word().to_owned();
        partner.row.evidence_date = Some(evidence.date);
        partner.row.evidence_source = Some(evidence.source);
        partner
    }

    fn new(
        identity: Identity,
        application: &Application,
        profile: Profile,
        region: Option<Region>,
        now: Timestamp,
    ) -> Self {
        let Profile { legal_name, address, country, primary_contact, support_contact, .. } = profile;
        let row = PartnerRow {
            id: identity.id,
            revision: 1,
            create_time: now.as_microsecond(),
            update_time: now.as_microsecond(),
            tenant: identity.tenant,
            cloud: application.cloud.word().to_owned(),
            external_id: identity.external_id,
            kind: application.kind.word().to_owned(),
            organization: application.organization.clone(),
            legal_name,
            country: country.as_str().to_owned(),
            region: region.map(Region::as_str).unwrap_or_default().to_owned(),
            address_lines: address.lines.join("\n"),
            city: address.city,
            state: address.state,
            postal_code: address.postal_code,
            capabilities: words::join(&application.capabilities),
            registration_id: profile.registration_id.id,
            profile_reused: i64::from(profile.reused),
            tenant_country: application.tenant_country.unwrap_or(country).as_str().to_owned(),
            enrollment_state: EnrollmentState::Authorized.word().to_owned(),
            standing: Standing::Active.word().to_owned(),
            ..PartnerRow::default()
        };
        let mut partner = Partner { row };
        partner.set_primary_contact(primary_contact);
        partner.set_support_contact(support_contact);
        partner
    }
}
