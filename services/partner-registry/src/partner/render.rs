//! A partner account as others see it: in the contract, and as a fact of the rule book.

use csp_policy::{self as policy, Day};
use csp_proto::partner_registry::v1 as pb;
use csp_proto::r#type::v1::{Cloud, Contact, Evidence, PostalAddress};
use csp_service::{Result, etag, wire};

use super::Partner;
use crate::names::{self, MPN_IDS};
use crate::words::{self, Word};

/// How much of an account a caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// All of it: for operators.
    Whole,
    /// All of it, but for what a pending account took from another of its company: for its own people.
    Own,
    /// What every enrolled partner sees of every other.
    Part,
}

impl Partner {
    /// As the contract shows it on `today`.
    pub(crate) fn render(&self, view: View, today: Day) -> pb::Partner {
        let part = self.render_part(today);
        match view {
            View::Part => part,
            View::Own if self.row.profile_reused == 1 && !self.is_authorized() => {
                // Whether the applicant belongs to that company is what the review finds out.
                let mut own = self.render_whole(part);
                own.primary_contact = None;
                own.registration_id.clear();
                own.address = Some(self.country_only());
                own
            }
            View::Own | View::Whole => self.render_whole(part),
        }
    }

    /// The account as a fact: `organization` as of the day that is judged, and since when a signature covers it.
    pub(crate) fn fact(
        &self,
        organization: policy::Organization,
        agreement_since: Option<Day>,
    ) -> Result<policy::Partner> {
        Ok(policy::Partner {
            name: self.name(),
            kind: words::kind(self.kind())?,
            tenant: self.row.tenant.clone(),
            cloud: words::cloud(Cloud::read(&self.row.cloud))?,
            country: self.country()?,
            organization,
            enrollment: words::enrollment(self.enrollment_state())?,
            standing: words::standing(self.standing())?,
            onboarded: self.is_onboarded(),
            agreement_since,
        })
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
            create_time: Some(wire::timestamp_of_micros(row.create_time)),
            update_time: Some(wire::timestamp_of_micros(row.update_time)),
            external_id: row.external_id.clone().unwrap_or_default(),
            organization: row.organization.clone(),
            address: Some(self.address()),
            tenant: row.tenant.clone(),
            cloud: Cloud::read(&row.cloud).into(),
            primary_contact: Some(self.primary_contact()),
            support_contact: Some(support_contact).filter(|contact| !contact.email.is_empty()),
            email_verified: self.email_is_verified(),
            review_step: self.review_step().into(),
            rejection_reason: row.rejection_reason.clone(),
            capabilities: words::split::<pb::Capability>(&row.capabilities)
                .into_iter()
                .map(i32::from)
                .collect(),
            registration_id: row.registration_id.clone(),
            mpn_ids: words::list(&row.mpn_ids).map(|number| names::name(MPN_IDS, number)).collect(),
            evidence: row
                .evidence_date
                .clone()
                .map(|date| Evidence { date, source: row.evidence_source.clone().unwrap_or_default() }),
            appeal_statement: row.appeal_statement.clone(),
            standing_reason: row.standing_reason.clone(),
            tenant_country: self
                .tenant_country()
                .map(|country| country.as_str().to_owned())
                .unwrap_or_default(),
            ..part
        }
    }

    fn country_only(&self) -> PostalAddress {
        PostalAddress { country: self.row.country.clone(), ..PostalAddress::default() }
    }
}
