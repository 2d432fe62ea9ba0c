//! A company's application for an account, completed from the company's newest account (rule ENR-05).

use csp_policy::{Cloud, Country, DirectBillCapabilities, RegistrationId};
use csp_proto::partner_registry::v1::{self as pb, Capability};
use csp_proto::r#type::v1::{Contact, PartnerKind, PostalAddress};
use csp_service::{Detail, Fields, Result};

use super::Partner;
use crate::organization::{self, LEGAL_NAME_CHARS_MAX};
use crate::{enum_set, mpn_id};

const REGISTRATION_ID_CHARS_MAX: usize = 64;
/// Maximum number of capabilities in a request; four capabilities exist.
const CAPABILITIES_MAX: usize = 16;

/// A parsed application. A field that an older account may supply is optional.
#[derive(Debug, Clone)]
pub(crate) struct Application {
    pub(crate) kind: PartnerKind,
    pub(crate) organization: String,
    pub(crate) cloud: Cloud,
    pub(crate) capabilities: Vec<Capability>,
    /// Number of the MPN ID to associate with the new account.
    pub(crate) mpn_id: Option<String>,
    /// Country set in the tenant; if it is left out, the country of the legal business counts.
    pub(crate) tenant_country: Option<Country>,
    legal_name: Option<String>,
    address: Option<PostalAddress>,
    primary_contact: Option<Contact>,
    support_contact: Option<Contact>,
    registration_id: Option<String>,
    registration_id_is_not_personal: bool,
}

/// The complete profile of an account.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) legal_name: String,
    pub(crate) address: PostalAddress,
    pub(crate) country: Country,
    pub(crate) primary_contact: Contact,
    pub(crate) support_contact: Contact,
    pub(crate) registration_id: RegistrationId,
    /// Whether the address, the contact or the registration id comes from another account of the company.
    pub(crate) reused: bool,
}

impl Application {
    /// Parses an application. An enrolment must name a support contact for customers; a recorded account may
    /// lack one.
    pub(crate) fn read(
        fields: &mut Fields,
        sent: Option<&pb::Enrollment>,
        needs_support_contact: bool,
    ) -> Option<Self> {
        let sent = fields.required("enrollment", sent)?;
        let kind = fields.enum_value("enrollment.kind", sent.kind);
        let organization =
            fields.resource_name("enrollment.organization", &sent.organization, organization::COLLECTION);
        let legal_name = fields.optional(&sent.legal_name, |fields, value| {
            fields.text("enrollment.legal_name", value, 1..=LEGAL_NAME_CHARS_MAX)
        });
        let address = optional(sent.address.as_ref(), |address| {
            fields.address("enrollment.address", address, Detail::AsGiven)
        });
        let primary_contact = optional(sent.primary_contact.as_ref(), |contact| {
            fields.contact("enrollment.primary_contact", contact, Detail::Required)
        });
        if needs_support_contact {
            fields.required("enrollment.support_contact", sent.support_contact.as_ref());
        }
        let support_contact = optional(sent.support_contact.as_ref(), |contact| {
            fields.contact("enrollment.support_contact", contact, Detail::Required)
        });
        let cloud = fields.cloud("enrollment.cloud", sent.cloud);
        let capabilities = read_capabilities(fields, "enrollment.capabilities", &sent.capabilities);
        let registration_id = fields.optional(&sent.registration_id, |fields, value| {
            fields.text("enrollment.registration_id", value, 1..=REGISTRATION_ID_CHARS_MAX)
        });
        let mpn_id = fields
            .optional(&sent.mpn_id, |fields, value| mpn_id::read_name(fields, "enrollment.mpn_id", value));
        let tenant_country = fields.optional(&sent.tenant_country, |fields, value| {
            fields.country("enrollment.tenant_country", value)
        });
        Some(Application {
            kind: kind?,
            organization: organization?,
            cloud: cloud?,
            capabilities: capabilities?,
            mpn_id: mpn_id?,
            tenant_country: tenant_country?,
            legal_name: legal_name?,
            address: address?,
            primary_contact: primary_contact?,
            support_contact: support_contact?,
            registration_id: registration_id?,
            registration_id_is_not_personal: sent.registration_id_is_not_personal,
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
        let older_id =
            newest.map(|partner| partner.row().registration_id.clone()).filter(|id| !id.is_empty());
        let reuses_id = self.registration_id.is_none() && older_id.is_some();
        let reuses = self.address.is_none() || self.primary_contact.is_none() || reuses_id;
        fields.required("enrollment.legal_name", legal_name.as_ref());
        fields.required("enrollment.address", address.as_ref());
        fields.required("enrollment.primary_contact", contact.as_ref());
        let country = address.as_ref().and_then(|address| Country::try_from(address.country.as_str()).ok());
        fields.finish(|| {
            Some(Profile {
                legal_name: legal_name?,
                address: address?,
                country: country?,
                primary_contact: contact?,
                support_contact: self.support_contact.clone().unwrap_or_default(),
                registration_id: RegistrationId {
                    // The older account stated that its registration id is not a personal one.
                    is_not_personal: self.registration_id_is_not_personal || reuses_id,
                    id: self.registration_id.clone().or(older_id).unwrap_or_default(),
                },
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
