//! A customer's profile, as requests give it.

use csp_policy::{Cloud, Country, RegistrationId};
use csp_proto::customer::v1 as pb;
use csp_proto::internal::customer::v1 as internal;
use csp_proto::r#type::v1::{Contact, PostalAddress};
use csp_service::{Detail, Fields};

/// Maximum length of a company name, in characters.
pub(crate) const COMPANY_NAME_CHARS_MAX: usize = 200;
/// Maximum length of a registration id, in characters.
pub(crate) const REGISTRATION_ID_CHARS_MAX: usize = 64;

/// A profile, well formed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Profile {
    pub(crate) tenant: String,
    pub(crate) domain: String,
    pub(crate) country: Country,
    pub(crate) cloud: Cloud,
    pub(crate) company_name: String,
    pub(crate) billing_address: Option<PostalAddress>,
    pub(crate) billing_contact: Option<Contact>,
    pub(crate) registration_id: RegistrationId,
    pub(crate) organization: Option<String>,
}

impl Profile {
    /// Reads the profile, which is required.
    pub(crate) fn read(fields: &mut Fields, profile: Option<&pb::Profile>) -> Option<Profile> {
        let profile = fields.required("profile", profile)?;
        let tenant = fields.tenant("profile.tenant", &profile.tenant);
        let domain = fields.domain("profile.domain", &profile.domain);
        let country = fields.country("profile.country", &profile.country);
        let cloud = fields.cloud("profile.cloud", profile.cloud);
        let company_name = company_name(fields, "profile.company_name", &profile.company_name);
        let billing_address = billing_address(fields, "profile", profile.billing_address.as_ref());
        let billing_contact = billing_contact(fields, "profile", profile.billing_contact.as_ref());
        let id =
            fields.text("profile.registration_id", &profile.registration_id, 0..=REGISTRATION_ID_CHARS_MAX);
        let organization =
            fields.optional_name("profile.organization", &profile.organization, "organizations");
        Some(Profile {
            tenant: tenant?,
            domain: domain?,
            country: country?,
            cloud: cloud?,
            company_name: company_name?,
            billing_address: billing_address?,
            billing_contact: billing_contact?,
            registration_id: RegistrationId {
                id: id?,
                is_not_personal: profile.registration_id_is_not_personal,
            },
            organization: organization?,
        })
    }

    /// Reads the profile that a tenant gives when it accepts an invitation: without billing and registration
    /// id.
    pub(crate) fn of_invited(
        fields: &mut Fields,
        request: &internal::RegisterInvitedRequest,
    ) -> Option<Profile> {
        let tenant = fields.tenant("tenant", &request.tenant);
        let domain = fields.domain("domain", &request.domain);
        let country = fields.country("country", &request.country);
        let cloud = fields.cloud("cloud", request.cloud);
        let company_name = company_name(fields, "company_name", &request.company_name);
        let organization = fields.optional_name("organization", &request.organization, "organizations");
        Some(Profile {
            tenant: tenant?,
            domain: domain?,
            country: country?,
            cloud: cloud?,
            company_name: company_name?,
            billing_address: None,
            billing_contact: None,
            registration_id: RegistrationId::default(),
            organization: organization?,
        })
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
