//! The creation of a partner account.

use csp_policy::Region;
use csp_proto::partner_registry::v1::{EnrollmentState, ReviewStep, Standing};
use csp_service::{Evidence, ExternalId, Stored};
use jiff::Timestamp;

use super::Partner;
use super::application::{Application, Profile};
use super::table::PartnerRow;

/// The identity of a new account.
pub(crate) struct Identity {
    pub(crate) id: String,
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) tenant: String,
}

impl Partner {
    /// A new account that a company applied for: pending, with the contact's e-mail address still to be
    /// proved.
    pub(crate) fn enroll(
        identity: Identity,
        application: &Application,
        profile: Profile,
        region: Option<Region>,
        now: Timestamp,
    ) -> Self {
        let mut partner = Self::new(identity, application, profile, region, now);
        partner.row.enrollment_state = Stored(EnrollmentState::Pending);
        partner.row.review_step = Stored(Some(ReviewStep::EmailOwnership));
        partner.renew_email_token(now);
        partner
    }

    /// A new account that was established outside the suite: authorized at once.
    pub(crate) fn record(
        identity: Identity,
        application: &Application,
        profile: Profile,
        region: Option<Region>,
        (standing, evidence): (Standing, Evidence),
        now: Timestamp,
    ) -> Self {
        let mut partner = Self::new(identity, application, profile, region, now);
        partner.row.standing = Stored(standing);
        partner.row.evidence_date = Some(evidence.day);
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
        let Profile { address, country, primary_contact, support_contact, .. } = profile;
        Partner {
            row: PartnerRow {
                id: identity.id,
                revision: 1,
                create_time: now,
                update_time: now,
                tenant: identity.tenant,
                tenant_domains: Stored(application.tenant.domains.clone()),
                tenant_country: Stored(application.tenant.country.unwrap_or(country)),
                cloud: Stored(application.tenant.cloud),
                external_id: identity.external_id,
                kind: Stored(application.kind),
                organization: application.organization.clone(),
                legal_name: profile.legal_name,
                country: Stored(country),
                region: Stored(region),
                address_lines: address.lines.join("\n"),
                city: address.city,
                state: address.state,
                postal_code: address.postal_code,
                contact_first_name: primary_contact.first_name,
                contact_last_name: primary_contact.last_name,
                contact_email: primary_contact.email,
                contact_phone: primary_contact.phone,
                support_first_name: support_contact.first_name,
                support_last_name: support_contact.last_name,
                support_email: support_contact.email,
                support_phone: support_contact.phone,
                capabilities: Stored(application.capabilities.clone()),
                registration_id: profile.registration_id,
                registration_id_attested: profile.registration_id_attestation.attested,
                registration_id_text_version: profile.registration_id_attestation.text_version,
                profile_reused: profile.reused,
                enrollment_state: Stored(EnrollmentState::Authorized),
                review_step: Stored(None),
                rejection_reason: String::new(),
                appeal_statement: String::new(),
                standing: Stored(Standing::Active),
                standing_reason: String::new(),
                email_verified: false,
                email_generation: 0,
                email_token_expire_time: Timestamp::UNIX_EPOCH,
                mpn_ids: Stored(Vec::new()),
                evidence_date: None,
                evidence_source: None,
            },
        }
    }
}
