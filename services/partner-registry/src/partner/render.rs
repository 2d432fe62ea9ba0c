//! A partner account as an API message, limited to the part that the caller sees.

use csp_policy::{Caller, Day};
use csp_proto::partner_registry::v1 as pb;
use csp_proto::r#type::v1::{Contact, PostalAddress};
use csp_service::wire::timestamp;
use csp_service::{Effect, Evidence, ExternalId, Result, Tenant, etag, wire};

use super::Partner;

/// The part of an account that a caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// All fields. Operators see this view.
    Whole,
    /// The view of the account's own users: all fields. Until the account is authorized, the fields that it
    /// reuses from another account of the company are hidden.
    Own,
    /// The fields that every enrolled partner sees of every other.
    Part,
    /// The fields that a customer sees of a partner that serves it or is named on one of its subscriptions.
    Served,
}

impl Partner {
    /// The account as an API message for `caller`. The region is the region of its country on `today`.
    pub(crate) fn render(&self, view: View, today: Day, caller: &Caller) -> pb::Partner {
        let mut partner = self.render_part(today);
        match view {
            View::Whole | View::Own => {}
            View::Part => return partner,
            View::Served => return self.render_served(),
        }
        self.add_whole(&mut partner, caller);
        let mut profile = self.profile();
        // Only the review proves that the applicant belongs to the company.
        if view == View::Own && self.row.profile_reused && !self.is_authorized() {
            profile.primary_contact = None;
            profile.registration_id.clear();
            profile.registration_id_attestation = None;
            profile.address = Some(self.country_only());
        }
        pb::Partner { profile: Some(profile), ..partner }
    }

    /// The journal entry for the transition from `before`.
    pub(crate) fn effect(&self, before: &Partner, today: Day) -> Result<Effect> {
        let [old, new] = [before, self].map(|it| it.render(View::Whole, today, &Caller::operator()));
        Effect::changed(&self.name(), self.row.revision, &old, &new)
    }

    /// The journal entry for the creation.
    pub(crate) fn creation(&self, today: Day) -> Result<Effect> {
        let new = self.render(View::Whole, today, &Caller::operator());
        Effect::created(&self.name(), self.row.revision, &new)
    }

    fn render_part(&self, today: Day) -> pb::Partner {
        let standing = if self.is_authorized() { self.standing() } else { pb::Standing::Unspecified };
        pb::Partner {
            name: self.name(),
            profile: Some(pb::PartnerProfile {
                kind: self.kind().into(),
                legal_name: self.row.legal_name.clone(),
                address: Some(self.country_only()),
                ..pb::PartnerProfile::default()
            }),
            region: wire::region_name(self.region(today)),
            enrollment_state: self.enrollment_state().into(),
            standing: standing.into(),
            ..pb::Partner::default()
        }
    }

    fn render_served(&self) -> pb::Partner {
        let pb::PartnerProfile { legal_name, support_contact, capabilities, .. } = self.profile();
        let profile =
            pb::PartnerProfile { legal_name, support_contact, capabilities, ..pb::PartnerProfile::default() };
        pb::Partner { name: self.name(), profile: Some(profile), ..pb::Partner::default() }
    }

    /// Adds the fields that the account's own users and operators see, without the profile.
    fn add_whole(&self, partner: &mut pb::Partner, caller: &Caller) {
        let row = &self.row;
        partner.etag = etag::of(row.revision);
        partner.revision = row.revision;
        partner.create_time = Some(timestamp(row.create_time));
        partner.update_time = Some(timestamp(row.update_time));
        partner.external_id = ExternalId::shown(row.external_id.as_ref(), caller);
        partner.email_verified = self.email_is_verified();
        partner.review_step = self.review_step().unwrap_or_default().into();
        partner.rejection_reason.clone_from(&row.rejection_reason);
        partner.appeal_statement.clone_from(&row.appeal_statement);
        partner.standing_reason.clone_from(&row.standing_reason);
        partner.mpn_ids = self.mpn_numbers().to_vec();
        partner.evidence = Evidence::of_row(row.evidence_date, row.evidence_source.as_deref());
    }

    fn profile(&self) -> pb::PartnerProfile {
        let row = &self.row;
        let support_contact = Contact {
            first_name: row.support_first_name.clone(),
            last_name: row.support_last_name.clone(),
            email: row.support_email.clone(),
            phone: row.support_phone.clone(),
        };
        let tenant = Tenant {
            id: row.tenant.clone(),
            domains: row.tenant_domains.0.clone(),
            country: self.tenant_country(),
            cloud: row.cloud.0,
        };
        pb::PartnerProfile {
            kind: self.kind().into(),
            organization: row.organization.clone(),
            legal_name: row.legal_name.clone(),
            address: Some(self.address()),
            primary_contact: Some(self.primary_contact()),
            support_contact: Some(support_contact).filter(|contact| !contact.email.is_empty()),
            tenant: Some(tenant.render()),
            capabilities: row.capabilities.0.iter().map(|capability| i32::from(*capability)).collect(),
            registration_id: row.registration_id.clone(),
            registration_id_attestation: Some(self.registration_id_attestation())
                .filter(|attestation| attestation.attested),
        }
    }

    fn country_only(&self) -> PostalAddress {
        PostalAddress { country: self.row.country.0.as_str().to_owned(), ..PostalAddress::default() }
    }
}
