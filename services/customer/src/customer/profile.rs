//! A customer's profile, as requests give it and as the API shows it.

use csp_policy::{Registration, RegistrationId};
use csp_proto::r#type::v1::{self as pb, Attestation, Contact, CustomerProfile, PostalAddress};
use csp_service::company::{Company, declaration};
use csp_service::{Detail, Fields, Tenant, attests};

use super::table::CustomerRow;

/// Maximum length of a company name, in characters.
pub(crate) const COMPANY_NAME_CHARS_MAX: usize = 200;
/// Maximum length of a registration id, in characters.
pub(crate) const REGISTRATION_ID_CHARS_MAX: usize = 64;
/// Maximum length of the version of an attested text, in characters.
pub(crate) const TEXT_VERSION_CHARS_MAX: usize = 64;

/// A profile, well formed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Profile {
    /// At least one domain. The first one is claimed and unique; the others are only stored.
    pub(crate) tenant: Tenant,
    pub(crate) company_name: String,
    pub(crate) billing_address: Option<PostalAddress>,
    pub(crate) billing_contact: Option<Contact>,
    pub(crate) registration_id: String,
    pub(crate) registration_id_attestation: Option<Attestation>,
    /// The company that the customer declares; `None` without a declaration.
    pub(crate) organization: Option<Company>,
}

impl Profile {
    /// Reads the profile, which is required. A rule decides whether the company may stay undeclared.
    pub(crate) fn read(fields: &mut Fields, profile: Option<&CustomerProfile>) -> Option<Profile> {
        let profile = fields.required("profile", profile)?;
        let tenant = fields.tenant_details("profile.tenant", profile.tenant.as_ref(), 1);
        let company_name = company_name(fields, "profile.company_name", &profile.company_name);
        let billing_address = billing_address(fields, "profile", profile.billing_address.as_ref());
        let billing_contact = billing_contact(fields, "profile", profile.billing_contact.as_ref());
        let id =
            fields.text("profile.registration_id", &profile.registration_id, 0..=REGISTRATION_ID_CHARS_MAX);
        let attestation = profile.registration_id_attestation.clone();
        let version = attestation.as_ref().map_or("", |attestation| &attestation.text_version);
        let field = "profile.registration_id_attestation.text_version";
        let version = fields.text(field, version, 0..=TEXT_VERSION_CHARS_MAX);
        let organization = Company::read(fields, "profile.organization", profile.organization.as_ref());
        Some(Profile {
            tenant: tenant?,
            company_name: company_name?,
            billing_address: billing_address?,
            billing_contact: billing_contact?,
            registration_id: id?,
            registration_id_attestation: version.and(attestation),
            organization: organization?,
        })
    }

    /// The first domain of the tenant.
    pub(crate) fn domain(&self) -> &str {
        self.tenant.domains.first().map_or("", String::as_str)
    }

    /// The registration id with its attestation, as the rules judge them.
    fn registration(&self) -> RegistrationId {
        RegistrationId {
            id: self.registration_id.clone(),
            is_not_personal: attests(self.registration_id_attestation.as_ref()),
        }
    }

    /// What the rules judge about a new customer's company.
    pub(crate) fn about_company(&self) -> Registration {
        let organization_declared = self.organization.is_some();
        Registration { registration_id: self.registration(), organization_declared }
    }
}

/// The profile of a stored customer, as the API shows it.
pub(crate) fn render(row: &CustomerRow) -> CustomerProfile {
    CustomerProfile {
        tenant: Some(pb::Tenant {
            tenant_id: row.tenant.clone(),
            domains: [row.domain.clone()].into_iter().chain(row.further_domains.0.clone()).collect(),
            country: row.country.0.to_string(),
            cloud: row.cloud.0.into(),
        }),
        company_name: row.company_name.clone(),
        billing_address: row.billing_address.clone().map(|address| address.0),
        billing_contact: row.billing_contact.clone().map(|contact| contact.0),
        registration_id: row.registration_id.clone(),
        registration_id_attestation: row.registration_id_attestation.clone().map(|stored| stored.0),
        organization: Some(declaration(row.organization.clone())),
    }
}

/// Reads a company name.
pub(crate) fn company_name(fields: &mut Fields, field: &str, value: &str) -> Option<String> {
    fields.text(field, value, 1..=COMPANY_NAME_CHARS_MAX)
}

/// Reads the postal address for invoices: `Some(None)` when left out, `None` when malformed.
pub(crate) fn billing_address(
    fields: &mut Fields,
    path: &str,
    value: Option<&PostalAddress>,
) -> Option<Option<PostalAddress>> {
    let Some(value) = value else { return Some(None) };
    fields.address(&format!("{path}.billing_address"), value, Detail::Required).map(Some)
}

/// Reads the contact for invoices: `Some(None)` when left out, `None` when malformed.
pub(crate) fn billing_contact(
    fields: &mut Fields,
    path: &str,
    value: Option<&Contact>,
) -> Option<Option<Contact>> {
    let Some(value) = value else { return Some(None) };
    fields.contact(&format!("{path}.billing_contact"), value, Detail::AsGiven).map(Some)
}
