//! Readers for fields that requests to several services share: caller-chosen ids and keys, evidence,
//! contacts, addresses, administrator access, clouds.

use csp_policy::{Cloud, Country, Day};
use csp_proto::relationship::v1::AdminAccess;
use csp_proto::r#type::v1::{self as pb, Contact, PostalAddress};

use super::Fields;
use super::directory_roles::is_directory_role;
use crate::request::stored::Storable;
use crate::request::wire;

/// Maximum length of an external id (the caller's own key), in characters.
pub const EXTERNAL_ID_CHARS_MAX: usize = 128;
/// Maximum length of the source of evidence, in characters.
pub const EVIDENCE_SOURCE_CHARS_MAX: usize = 200;
/// Maximum number of lines of a postal address.
pub const ADDRESS_LINES_MAX: usize = 4;
/// Maximum length of a line of a postal address, in characters.
pub const ADDRESS_LINE_CHARS_MAX: usize = 200;
/// Maximum length of a city or state, in characters.
pub const PLACE_CHARS_MAX: usize = 100;
/// Maximum length of a postal code, in characters.
pub const POSTAL_CODE_CHARS_MAX: usize = 20;
/// Maximum length of a given or family name, in characters.
pub const PERSON_NAME_CHARS_MAX: usize = 100;
/// Maximum number of domains of a tenant.
const TENANT_DOMAINS_MAX: usize = 20;
/// Maximum number of administrative roles in one admin grant.
pub const ADMIN_ROLES_MAX: usize = 20;
/// The role that the refusal of an unknown role names as an example.
const EXAMPLE_ROLE: &str = "helpdesk-administrator";
/// Maximum duration of an admin grant, in days: two years.
pub const ADMIN_DAYS_MAX: i32 = 730;
/// Maximum number of states in a filter.
pub(super) const STATES_MAX: usize = 20;
/// Maximum length of a telephone number, in characters.
pub const PHONE_CHARS_MAX: usize = 40;

/// Evidence for a fact that an operator records: the day since which the fact holds, and its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The day since which the fact holds.
    pub day: Day,
    /// The document or message that states the fact.
    pub source: String,
}

impl Evidence {
    /// The message of the contract, from the columns of a row; `None` without a day.
    pub fn of_row(day: Option<Day>, source: Option<&str>) -> Option<pb::Evidence> {
        day.map(|day| Evidence { day, source: source.unwrap_or_default().to_owned() }.render())
    }

    /// The message of the contract.
    pub fn render(&self) -> pb::Evidence {
        pb::Evidence { establish_date: self.day.to_string(), source: self.source.clone() }
    }
}

/// A tenant that a request describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// The id of the tenant.
    pub id: String,
    /// Its domains, the primary domain first; each once.
    pub domains: Vec<String>,
    /// The country that is set in the tenant.
    pub country: Country,
    /// The cloud of the tenant.
    pub cloud: Cloud,
}

impl Tenant {
    /// The message of the contract.
    pub fn render(&self) -> pb::Tenant {
        pb::Tenant {
            tenant_id: self.id.clone(),
            domains: self.domains.clone(),
            country: self.country.to_string(),
            cloud: wire::cloud(self.cloud).into(),
        }
    }
}

/// Whether the caller makes the statement of an attestation. An absent attestation states nothing.
pub fn attests(attestation: Option<&pb::Attestation>) -> bool {
    attestation.is_some_and(|attestation| attestation.attested)
}

/// Which parts of an address or contact are required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// No part is required except an address's country; the given parts must be well formed.
    AsGiven,
    /// An address needs a line and a city, a contact an e-mail address.
    Required,
}

impl Detail {
    fn least(self) -> usize {
        usize::from(self == Detail::Required)
    }
}

impl Fields {
    /// Reads an id that the caller may choose; `Some(None)` when the caller leaves the choice to the service.
    pub fn chosen_id(&mut self, field: &str, id: &str) -> Option<Option<String>> {
        self.optional(id, |fields, id| fields.resource_id(field, id))
    }

    /// Reads an external id, the caller's own key; `Some(None)` when empty.
    pub fn external_id(&mut self, field: &str, key: &str) -> Option<Option<String>> {
        self.optional(key, |fields, key| fields.text(field, key, 1..=EXTERNAL_ID_CHARS_MAX))
    }

    /// Reads an optional resource name; `Some(None)` when empty.
    pub fn optional_name(&mut self, field: &str, name: &str, collection: &str) -> Option<Option<String>> {
        self.optional(name, |fields, name| fields.resource_name(field, name, collection))
    }

    /// Reads the states of a filter and returns their stored words: those of `live` when the filter names no
    /// state.
    pub fn states<E: Storable + TryFrom<i32>>(
        &mut self,
        field: &str,
        sent: &[i32],
        live: &[E],
    ) -> Option<Vec<String>> {
        if sent.is_empty() {
            return Some(live.iter().map(Storable::text).collect());
        }
        self.number(field, sent.len(), 0..=STATES_MAX)?;
        let states: Vec<Option<E>> = sent
            .iter()
            .enumerate()
            .map(|(index, state)| self.enum_value(&format!("{field}[{index}]"), *state))
            .collect();
        states.iter().map(|state| state.as_ref().map(Storable::text)).collect()
    }

    /// Reads a day that must not be after `today`.
    pub fn past_day(&mut self, field: &str, value: &str, today: Day) -> Option<Day> {
        let day = self.day(field, value)?;
        if day > today {
            self.refuse(field, format!("must not be after today, `{today}` (UTC), was `{day}`"));
        }
        Some(day)
    }

    /// Reads the evidence that every record by an operator needs; its day must not be after `today`.
    pub fn evidence(&mut self, sent: Option<&pb::Evidence>, today: Day) -> Option<Evidence> {
        let sent = self.required("evidence", sent)?;
        let day = self.past_day("evidence.establish_date", &sent.establish_date, today);
        let source = self.text("evidence.source", &sent.source, 1..=EVIDENCE_SOURCE_CHARS_MAX);
        Some(Evidence { day: day?, source: source? })
    }

    /// Reads a tenant with at least `domains_min` domains; `field` is the path of the message. An unset cloud
    /// is the global cloud.
    pub fn tenant_details(
        &mut self,
        field: &str,
        sent: Option<&pb::Tenant>,
        domains_min: usize,
    ) -> Option<Tenant> {
        let sent = self.required(field, sent)?;
        let id = self.tenant(&format!("{field}.tenant_id"), &sent.tenant_id);
        let country = self.country(&format!("{field}.country"), &sent.country);
        let cloud = self.cloud(&format!("{field}.cloud"), sent.cloud);
        let domains = self.domains(&format!("{field}.domains"), &sent.domains, domains_min);
        Some(Tenant { id: id?, domains: domains?, country: country?, cloud: cloud? })
    }

    /// Reads the domains of a tenant, at least `least` of them; each must be named once.
    pub fn domains(&mut self, field: &str, sent: &[String], least: usize) -> Option<Vec<String>> {
        let count = self.number(field, sent.len(), least..=TENANT_DOMAINS_MAX);
        let mut domains: Vec<String> = Vec::new();
        for domain in sent.iter().take(TENANT_DOMAINS_MAX) {
            match self.domain(field, domain) {
                Some(domain) if domains.contains(&domain) => {
                    self.refuse(field, format!("must name each domain once, was `{domain}` twice"));
                }
                Some(domain) => domains.push(domain),
                None => {}
            }
        }
        count.map(|_| domains)
    }

    /// Reads a contact person.
    pub fn contact(&mut self, field: &str, sent: &Contact, detail: Detail) -> Option<Contact> {
        let mut text = |part: &str, value: &str, most| self.text(&format!("{field}.{part}"), value, 0..=most);
        let first_name = text("first_name", &sent.first_name, PERSON_NAME_CHARS_MAX);
        let last_name = text("last_name", &sent.last_name, PERSON_NAME_CHARS_MAX);
        let phone = text("phone", &sent.phone, PHONE_CHARS_MAX);
        let email = match detail {
            Detail::AsGiven if sent.email.is_empty() => Some(String::new()),
            _ => self.email(&format!("{field}.email"), &sent.email),
        };
        Some(Contact { first_name: first_name?, last_name: last_name?, email: email?, phone: phone? })
    }

    /// Reads a postal address; the country is always required.
    pub fn address(&mut self, field: &str, sent: &PostalAddress, detail: Detail) -> Option<PostalAddress> {
        let least = detail.least();
        self.number(&format!("{field}.lines"), sent.lines.len(), least..=ADDRESS_LINES_MAX);
        for (index, line) in sent.lines.iter().take(ADDRESS_LINES_MAX).enumerate() {
            self.text(&format!("{field}.lines[{index}]"), line, least..=ADDRESS_LINE_CHARS_MAX);
        }
        self.text(&format!("{field}.city"), &sent.city, least..=PLACE_CHARS_MAX);
        self.text(&format!("{field}.state"), &sent.state, 0..=PLACE_CHARS_MAX);
        self.text(&format!("{field}.postal_code"), &sent.postal_code, 0..=POSTAL_CODE_CHARS_MAX);
        self.country(&format!("{field}.country"), &sent.country)?;
        Some(sent.clone())
    }

    /// Reads a request for delegated administrator access; `Some(None)` when not requested.
    pub fn admin_access(&mut self, asked: Option<&AdminAccess>) -> Option<Option<AdminAccess>> {
        let Some(asked) = asked else { return Some(None) };
        self.number("admin_access.roles", asked.roles.len(), 1..=ADMIN_ROLES_MAX);
        for (index, role) in asked.roles.iter().take(ADMIN_ROLES_MAX).enumerate() {
            if !is_directory_role(role) {
                let must =
                    format!("must be a built-in role of the directory like `{EXAMPLE_ROLE}`, was `{role}`");
                self.refuse(&format!("admin_access.roles[{index}]"), must);
            }
        }
        self.number("admin_access.duration_days", asked.duration_days, 1..=ADMIN_DAYS_MAX)?;
        Some(Some(asked.clone()))
    }

    /// Reads a cloud; an unset value means the worldwide cloud.
    pub fn cloud(&mut self, field: &str, value: i32) -> Option<Cloud> {
        if value == 0 {
            return Some(Cloud::Global);
        }
        self.enum_value::<pb::Cloud>(field, value).and_then(|cloud| wire::cloud_of(cloud.into()))
    }
}
