//! A partner account as an API message, limited to the part that the caller sees.

use csp_policy::Day;
use csp_proto::partner_registry::v1 as pb;
use csp_proto::r#type::v1::{Contact, PostalAddress};
use csp_service::wire::timestamp;
use csp_service::{Effect, Evidence, Result, etag, wire};

use super::Partner;
use crate::mpn_id;

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
}

impl Partner {
    /// The account as an API message. The region is the region of its country on `today`.
    pub(crate) fn render(&self, view: View, today: Day) -> pb::Partner {
        let part = self.render_part(today);
        match view {
            View::Part => part,
            View::Own if self.row.profile_reused && !self.is_authorized() => {
                // Only the review proves that the applicant belongs to the company.
                let mut own = self.render_whole(part);
                own.primary_contact = None;
                own.registration_id.clear();
                own.address = Some(self.country_only());
                own
            }
            View::Own | View::Whole => self.render_whole(part),
        }
    }

    /// The journal entry for the transition from `before`.
    pub(crate) fn effect(&self, before: &Partner, today: Day) -> Result<Effect> {
        let [old, new] = [before, self].map(|partner| partner.render(View::Whole, today));
        Effect::changed(&self.name(), self.row.revision, &old, &new)
    }

    /// The journal entry for the creation.
    pub(crate) fn creation(&self, today: Day) -> Result<Effect> {
        Effect::created(&self.name(), self.row.revision, &self.render(View::Whole, today))
    }

    fn render_part(&self, today: Day) -> pb::Partner {
        let standing = if self.is_authorized() { self.standing() } else { pb::Standing::Unspecified };
        pb::Partner {
            name: self.name(),
            kind: self.kind().into(),
            legal_name: self.row.legal_name.clone(),
            address: Some(self.country_only()),
            region: self.region(today).map(|region| region.as_str().to_owned()).unwrap_or_default(),
            enrollment_state: self.enrollment_state().into(),
            standing: standing.into(),
            ..pb::Partner::default()
        }
    }

    fn render_whole(&self, part: pb::Partner) -> pb::Partner {
        let row = &self.row;
        let support_contact = Contact {
            first_name: row.support_first_name.clone(),
            last_name: row.support_last_name.clone(),
            email: row.support_email.clone(),
            phone: row.support_phone.clone(),
        };
        pb::Partner {
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            external_id: row.external_id.clone().unwrap_or_default(),
            organization: row.organization.clone(),
            address: Some(self.address()),
            tenant: row.tenant.clone(),
            cloud: wire::cloud(row.cloud.0).into(),
            primary_contact: Some(self.primary_contact()),
            support_contact: Some(support_contact).filter(|contact| !contact.email.is_empty()),
            email_verified: self.email_is_verified(),
            review_step: self.review_step().unwrap_or_default().into(),
            rejection_reason: row.rejection_reason.clone(),
            capabilities: row.capabilities.0.iter().map(|capability| i32::from(*capability)).collect(),
            registration_id: row.registration_id.clone(),
            mpn_ids: self.mpn_numbers().iter().map(|number| mpn_id::name_of(number)).collect(),
            evidence: Evidence::of_row(row.evidence_date, row.evidence_source.as_deref()),
            appeal_statement: row.appeal_statement.clone(),
            standing_reason: row.standing_reason.clone(),
            tenant_country: self.tenant_country().as_str().to_owned(),
            ..part
        }
    }

    fn country_only(&self) -> PostalAddress {
        PostalAddress { country: self.row.country.0.as_str().to_owned(), ..PostalAddress::default() }
    }
}
