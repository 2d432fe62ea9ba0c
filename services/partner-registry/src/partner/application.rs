//! A company's application for an account, completed from the company's newest account (rule ENR-05).

use csp_policy::{Cloud, Country, DirectBillCapabilities, RegistrationId};
use csp_proto::partner_registry::v1::{self as pb, Capability};
use csp_proto::r#type::v1::{self as types, Attestation, Contact, PartnerKind, PostalAddress};
use csp_service::{Detail, Fields, Result, attests};

use super::Partner;
use crate::enum_set;
use crate::organization::{self, LEGAL_NAME_CHARS_MAX};

const REGISTRATION_ID_CHARS_MAX: usize = 64;
/// Maximum length of the version of an attested text, in characters.
const TEXT_VERSION_CHARS_MAX: usize = 40;
/// Maximum number of capabilities in a request; four capabilities exist.
const CAPABILITIES_MAX: usize = 16;

/// A parsed application. A field that an older account may supply is optional.
#[derive(Debug, Clone)]
pub(crate) struct Application {
    pub(crate) kind: PartnerKind,
    pub(crate) organization: String,
    pub(crate) tenant: CspTenant,
    pub(crate) capabilities: Vec<Capability>,
    legal_name: Option<String>,
    address: Option<PostalAddress>,
    primary_contact: Option<Contact>,
    support_contact: Option<Contact>,
    registration_id: Option<String>,
    registration_id_attestation: Attestation,
}

/// The tenant of an application. The caller of EnrollPartner need not repeat its own tenant.
#[derive(Debug, Clone)]
pub(crate) struct CspTenant {
    /// `None` if it was left out.
    pub(crate) id: Option<String>,
    pub(crate) domains: Vec<String>,
    /// Country set in the tenant; if it is left out, the country of the legal business counts.
    pub(crate) country: Option<Country>,
    pub(crate) cloud: Cloud,
}

impl CspTenant {
    fn read(fields: &mut Fields, sent: &types::Tenant) -> Option<Self> {
        let id = fields
            .optional(&sent.tenant_id, |fields, value| fields.tenant("profile.tenant.tenant_id", value));
        let domains = fields.domains("profile.tenant.domains", &sent.domains, 0);
        let country =
            fields.optional(&sent.country, |fields, value| fields.country("profile.tenant.country", value));
        let cloud = fields.cloud("profile.tenant.cloud", sent.cloud);
        Some(CspTenant { id: id?, domains: domains?, country: country?, cloud: cloud? })
    }
}

/// The complete profile of an account.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) legal_name: String,
    pub(crate) address: PostalAddress,
    pub(crate) country: Country,
    pub(crate) primary_contact: Contact,
    pub(crate) support_contact: Contact,
    pub(crate) registration_id: String,
    pub(crate) registration_id_attestation: Attestation,
    /// Whether the address, the contact or the registration id comes from another account of the company.
    pub(crate) reused: bool,
}

impl Profile {
    /// The registration id, as a fact for the rules.
    pub(crate) fn registration_id_fact(&self) -> RegistrationId {
        let is_not_personal = attests(Some(&self.registration_id_attestation));
        RegistrationId { id: self.registration_id.clone(), is_not_personal }
    }
}

impl Application {
    /// Parses an application. An enrolment must name a support contact for customers; a recorded account may
    /// lack one.
    pub(crate) fn read(
        fields: &mut Fields,
        sent: Option<&pb::PartnerProfile>,
        needs_support_contact: bool,
    ) -> Option<Self> {
        let sent = fields.required("profile", sent)?;
        let kind = fields.enum_value("profile.kind", sent.kind);
        let organization =
            fields.resource_name("profile.organization", &sent.organization, organization::COLLECTION);
        let legal_name = fields.optional(&sent.legal_name, |fields, value| {
            fields.text("profile.legal_name", value, 1..=LEGAL_NAME_CHARS_MAX)
        });
        let address = optional(sent.address.as_ref(), |address| {
            fields.address("profile.address", address, Detail::AsGiven)
        });
        let primary_contact = optional(sent.primary_contact.as_ref(), |contact| {
            fields.contact("profile.primary_contact", contact, Detail::Required)
        });
        if needs_support_contact {
            fields.required("profile.support_contact", sent.support_contact.as_ref());
        }
        let support_contact = optional(sent.support_contact.as_ref(), |contact| {
            fields.contact("profile.support_contact", contact, Detail::Required)
        });
        let tenant = CspTenant::read(fields, &sent.tenant.clone().unwrap_or_default());
        let capabilities = read_capabilities(fields, "profile.capabilities", &sent.capabilities);
        let registration_id = fields.optional(&sent.registration_id, |fields, value| {
            fields.text("profile.registration_id", value, 1..=REGISTRATION_ID_CHARS_MAX)
        });
        let attestation = sent.registration_id_attestation.clone().unwrap_or_default();
        let version = "profile.registration_id_attestation.text_version";
        let version = fields.text(version, &attestation.text_version, 0..=TEXT_VERSION_CHARS_MAX);
        Some(Application {
            kind: kind?,
            organization: organization?,
            tenant: tenant?,
            capabilities: capabilities?,
            legal_name: legal_name?,
            address: address?,
            primary_contact: primary_contact?,
            support_contact: support_contact?,
            registration_id: registration_id?,
            registration_id_attestation: version.map(|_| attestation)?,
        })
    }

    /// The complete profile. A field that was left out is taken from `newest`, the company's newest
    /// authorized account.
    pub(crate) fn complete(&self, newest: Option<&Partner>) -> Result<Profile> {
        let mut fields = Fields::new();
        let legal_name =
            self.legal_name.clone().or_else(|| newest.map(|partner| partner.row().legal_name.clone()));
        let address = self.address.clone().or_else(|| newest.map(Partner::address));
        let contact = self.primary_contact.clone().or_else(|| newest.map(Partner::primary_contact));
        let older = newest.filter(|partner| !partner.row().registration_id.is_empty());
        let older = older.filter(|_| self.registration_id.is_none());
        let reuses_id = older.is_some();
        let reuses = self.address.is_none() || self.primary_contact.is_none() || reuses_id;
        fields.required("profile.legal_name", legal_name.as_ref());
        fields.required("profile.address", address.as_ref());
        fields.required("profile.primary_contact", contact.as_ref());
        let country = address.as_ref().and_then(|address| Country::try_from(address.country.as_str()).ok());
        fields.finish(|| {
            Some(Profile {
                legal_name: legal_name?,
                address: address?,
                country: country?,
                primary_contact: contact?,
                support_contact: self.support_contact.clone().unwrap_or_default(),
                registration_id: older.map_or_else(
                    || self.registration_id.clone().unwrap_or_default(),
                    |partner| partner.row().registration_id.clone(),
                ),
                registration_id_attestation: older
                    .map(Partner::registration_id_attestation)
                    .filter(|_| !self.registration_id_attestation.attested)
                    .unwrap_or_else(|| self.registration_id_attestation.clone()),
                reused: newest.is_some() && reuses,
            })
        })
    }

    /// The capabilities that rule ENR-03 asks of a direct-bill partner.
    pub(crate) fn direct_bill(&self) -> DirectBillCapabilities {
        let offers = |capability| self.capabilities.contains(&capability);
        DirectBillCapabilities {
            api_integration: offers(Capability::ApiIntegration),
            ongoing_services: offers(Capability::Billing)
                && offers(Capability::Support)
                && offers(Capability::ManagedServices),
        }
    }
}

/// Reads the capabilities that a partner offers by itself, without duplicates.
pub(crate) fn read_capabilities(fields: &mut Fields, field: &str, sent: &[i32]) -> Option<Vec<Capability>> {
    enum_set::read(fields, field, sent, CAPABILITIES_MAX)
}

/// `Some(None)` for a field that was left out, `None` for a malformed one.
fn optional<M, T>(sent: Option<&M>, read: impl FnOnce(&M) -> Option<T>) -> Option<Option<T>> {
    match sent {
        None => Some(None),
        Some(sent) => read(sent).map(Some),
    }
}
