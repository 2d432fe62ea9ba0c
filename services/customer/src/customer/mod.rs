//! The customer: a tenant of type Customer, and the company behind it.
//!
//! ```text
//!                         activate
//! (reserve, register) → RESERVED ──→ ACTIVE
//!                          └─ abandon ─→ ABANDONED
//! ```
//!
//! A reserved customer exists for the operation that creates it, and for the services that it asks; for nobody
//! else. An abandoned one never was: its id and keys are free again.

pub(crate) mod facts;
pub(crate) mod list;
pub(crate) mod profile;
pub(crate) mod read;
pub(crate) mod set_organization;
pub(crate) mod table;
pub(crate) mod update;
pub(crate) mod visibility;

use csp_policy::{Cloud, Country, Day, region_of};
use csp_proto::customer::v1 as pb;
use csp_proto::r#type::v1::{self as types, Contact, PostalAddress};
use csp_service::{Fault, Result, etag, wire};
use jiff::Timestamp;
use prost::Message;

use crate::customer::facts::FactsRow;
use crate::customer::profile::Profile;
use crate::customer::table::CustomerRow;
use crate::parts::{Evidence, wire_cloud};

/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "customers";
/// Kind of the resource, as errors name it.
pub(crate) const KIND: &str = "customer";
/// Owner of the keys that operators give; no tenant is written like this.
pub(crate) const OPERATORS: &str = "operators/";
/// Owner of the keys of customers that were invited, which have none.
const INVITED: &str = "invited/";

pub(crate) const RESERVED: &str = "RESERVED";
const ACTIVE: &str = "ACTIVE";
const ABANDONED: &str = "ABANDONED";
const CLOUD_PREFIX: &str = "CLOUD_";

/// A customer, whole. It changes only by the transitions below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Customer {
    row: CustomerRow,
}

/// What a creation knows beside the profile.
#[derive(Debug)]
pub(crate) struct Creation<'a> {
    pub(crate) id: String,
    pub(crate) operation: &'a str,
    /// Whose key `external_id` is: the creator's tenant, or [`OPERATORS`].
    pub(crate) owner: &'a str,
    pub(crate) external_id: Option<String>,
    /// The partner that creates it; `None` for a record.
    pub(crate) creator: Option<String>,
    pub(crate) evidence: Option<&'a Evidence>,
}

impl Customer {
    /// A customer that an operation is about to create.
    pub(crate) fn reserve(creation: Creation<'_>, profile: &Profile, now: Timestamp) -> Self {
        let mut customer = Self::new(creation.id, creation.operation, creation.owner, profile, now);
        customer.row.external_id = creation.external_id;
        customer.row.creator = creation.creator;
        customer.row.evidence_date = creation.evidence.map(|evidence| evidence.day.to_string());
        customer.row.evidence_source = creation.evidence.map(|evidence| evidence.source.clone());
        customer
    }

    /// A tenant that accepts an invitation, which an operation is about to register.
    pub(crate) fn register(
        id: String,
        operation: &str,
        profile: &Profile,
        invitation: Option<String>,
        now: Timestamp,
    ) -> Self {
        let mut customer = Self::new(id, operation, INVITED, profile, now);
        customer.row.invitation = invitation;
        customer
    }

    fn new(id: String, operation: &str, owner: &str, profile: &Profile, now: Timestamp) -> Self {
        Customer {
            row: CustomerRow {
                id,
                tenant: profile.tenant.clone(),
                revision: 1,
                create_time: now.as_microsecond(),
                update_time: now.as_microsecond(),
                state: RESERVED.to_owned(),
                operation: Some(operation.to_owned()),
                owner: owner.to_owned(),
                external_id: None,
                domain: profile.domain.clone(),
                country: profile.country.to_string(),
                cloud: cloud_word(profile.cloud).to_owned(),
                company_name: profile.company_name.clone(),
                search_text: search_text(&profile.company_name, &profile.domain),
                billing_address: profile.billing_address.as_ref().map(Message::encode_to_vec),
                billing_contact: profile.billing_contact.as_ref().map(Message::encode_to_vec),
                registration_id: profile.registration_id.id.clone(),
                registration_id_is_not_personal: i64::from(profile.registration_id.is_not_personal),
                organization: profile.organization.clone(),
                creator: None,
                setup_info_shown: 0,
                invitation: None,
                evidence_date: None,
                evidence_source: None,
            },
        }
    }

    /// Every step of its creation is done: it shows.
    pub(crate) fn activate(&mut self, now: Timestamp) -> Result<()> {
        self.must_be(RESERVED)?;
        self.row.state = ACTIVE.to_owned();
        self.row.update_time = now.as_microsecond();
        Ok(())
    }

    /// Its creation was given up.
    pub(crate) fn abandon(&mut self, now: Timestamp) -> Result<()> {
        self.must_be(RESERVED)?;
        self.row.state = ABANDONED.to_owned();
        self.row.update_time = now.as_microsecond();
        Ok(())
    }

    /// Another company name.
    pub(crate) fn rename(&mut self, company_name: String) {
        self.row.search_text = search_text(&company_name, &self.row.domain);
        self.row.company_name = company_name;
    }

    /// Another address for invoices.
    pub(crate) fn set_billing_address(&mut self, address: Option<&PostalAddress>) {
        self.row.billing_address = address.map(Message::encode_to_vec);
    }

    /// Another recipient of invoices.
    pub(crate) fn set_billing_contact(&mut self, contact: Option<&Contact>) {
        self.row.billing_contact = contact.map(Message::encode_to_vec);
    }

    /// Another key of the creator.
    pub(crate) fn set_external_id(&mut self, external_id: Option<String>) {
        self.row.external_id = external_id;
    }

    /// Another company of the registry.
    pub(crate) fn set_organization(&mut self, organization: Option<String>) {
        self.row.organization = organization;
    }

    /// Its setup information is about to be shown.
    pub(crate) fn show_setup_info(&mut self) {
        self.row.setup_info_shown = 1;
    }

    /// Its setup information was made void and can be shown once more.
    pub(crate) fn hide_setup_info(&mut self) -> Result<()> {
        if self.row.setup_info_shown == 0 {
            return Err(self.conflict("SETUP_INFO_NOT_SHOWN", "SETUP_INFO_SHOWN"));
        }
        self.row.setup_info_shown = 0;
        Ok(())
    }

    /// Counts the change that was made.
    pub(crate) fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now.as_microsecond();
    }

    pub(crate) fn name(&self) -> String {
        name(&self.row.id)
    }

    pub(crate) fn row(&self) -> &CustomerRow {
        &self.row
    }

    /// Whether it exists for everybody who may see it.
    pub(crate) fn is_active(&self) -> bool {
        self.row.state == ACTIVE
    }

    /// Whether this operation holds its reservation.
    pub(crate) fn is_reserved_by(&self, operation: &str) -> bool {
        self.row.state == RESERVED && self.row.operation.as_deref() == Some(operation)
    }

    /// Whether its creation was given up.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.row.state == ABANDONED
    }

    pub(crate) fn setup_info_was_shown(&self) -> bool {
        self.row.setup_info_shown == 1
    }

    /// Whether it was created by the partner with this CSP tenant.
    pub(crate) fn was_created_by(&self, csp_tenant: &str) -> bool {
        self.row.creator.is_some() && self.row.owner == csp_tenant
    }

    /// Whether its name or domain contains the text, which is in lower case.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.row.search_text.contains(text)
    }

    /// As the contract shows it on `today`.
    pub(crate) fn render(&self, today: Day) -> pb::Customer {
        let row = &self.row;
        let region =
            Country::try_from(row.country.as_str()).ok().and_then(|country| region_of(country, today));
        pb::Customer {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(wire::timestamp_of_micros(row.create_time)),
            update_time: Some(wire::timestamp_of_micros(row.update_time)),
            external_id: row.external_id.clone().unwrap_or_default(),
            tenant: row.tenant.clone(),
            domain: row.domain.clone(),
            country: row.country.clone(),
            cloud: cloud_of(&row.cloud).into(),
            region: region.map(|region| region.as_str().to_owned()).unwrap_or_default(),
            company_name: row.company_name.clone(),
            billing_address: row
                .billing_address
                .as_deref()
                .and_then(|bytes| PostalAddress::decode(bytes).ok()),
            billing_contact: row.billing_contact.as_deref().and_then(|bytes| Contact::decode(bytes).ok()),
            registration_id: row.registration_id.clone(),
            organization: row.organization.clone().unwrap_or_default(),
            creator: row.creator.clone().unwrap_or_default(),
            setup_info_shown: self.setup_info_was_shown(),
            evidence: row.evidence_date.clone().map(|date| types::Evidence {
                date,
                source: row.evidence_source.clone().unwrap_or_default(),
            }),
        }
    }

    fn must_be(&self, needs: &'static str) -> Result<()> {
        if self.row.state == needs { Ok(()) } else { Err(self.conflict(&self.row.state, needs)) }
    }

    fn conflict(&self, state: &str, needs: &str) -> Fault {
        Fault::StateConflict { resource: self.name(), state: state.to_owned(), needs: needs.to_owned() }
    }
}

impl From<CustomerRow> for Customer {
    fn from(row: CustomerRow) -> Self {
        Customer { row }
    }
}

/// The resource name of the customer with this id.
pub(crate) fn name(id: &str) -> String {
    format!("{COLLECTION}/{id}")
}

/// The id in a customer's resource name.
pub(crate) fn id_of(name: &str) -> &str {
    name.strip_prefix(COLLECTION).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name)
}

/// As the other services need it, with its agreement.
pub(crate) fn facts(row: FactsRow) -> pb::CustomerFacts {
    pb::CustomerFacts {
        name: name(&row.id),
        revision: row.revision,
        tenant: row.tenant,
        cloud: cloud_of(&row.cloud).into(),
        country: row.country,
        organization: row.organization,
        agreement_date: row.agreement_date,
        agreement_revision: row.agreement_revision,
        company_name: row.company_name,
        being_created: row.state == RESERVED,
    }
}

fn cloud_word(cloud: Cloud) -> &'static str {
    wire_cloud(cloud).as_str_name().trim_start_matches(CLOUD_PREFIX)
}

fn cloud_of(word: &str) -> types::Cloud {
    types::Cloud::from_str_name(&format!("{CLOUD_PREFIX}{word}")).unwrap_or_default()
}

fn search_text(company_name: &str, domain: &str) -> String {
    format!("{}\n{domain}", company_name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Event = (&'static str, fn(&mut Customer) -> Result<()>);

    const EVENTS: &[Event] = &[
        ("activate", |it| it.activate(Timestamp::UNIX_EPOCH)),
        ("abandon", |it| it.abandon(Timestamp::UNIX_EPOCH)),
    ];

    fn customer() -> Customer {
        let profile = Profile {
            tenant: "tailspin.example".to_owned(),
            domain: "toys.example".to_owned(),
            country: Country::try_from("DE").unwrap(),
            cloud: Cloud::UsGovernment,
            company_name: "Tailspin Toys".to_owned(),
            billing_address: None,
            billing_contact: None,
            registration_id: Default::default(),
            organization: None,
        };
        Customer::register("tailspin".to_owned(), "o", &profile, None, Timestamp::UNIX_EPOCH)
    }

    fn outcome(from: &str, event: &Event) -> String {
        let mut customer = customer();
        customer.row.state = from.to_owned();
        event.1(&mut customer).map_or_else(|_| "-".to_owned(), |()| customer.row.state)
    }

    #[test]
    fn every_event_in_every_state() {
        let mut table = String::new();
        for from in [RESERVED, ACTIVE, ABANDONED] {
            let row: Vec<String> = EVENTS.iter().map(|event| outcome(from, event)).collect();
            table.push_str(&format!("{from}: {}\n", row.join(" ")));
        }
        assert_eq!(table, "RESERVED: ACTIVE ABANDONED\nACTIVE: - -\nABANDONED: - -\n");
    }

    #[test]
    fn it_is_found_by_name_and_domain_whatever_the_case() {
        let mut customer = customer();
        assert!(customer.matches("toys") && customer.matches("tailspin t") && customer.matches("s.example"));
        customer.rename("Wingtip".to_owned());
        assert!(customer.matches("wing") && !customer.matches("tailspin"));
    }

    #[test]
    fn it_shows_the_region_of_its_country_and_its_cloud() {
        let shown = customer().render("2026-11-21".parse().unwrap());
        assert_eq!((shown.region.as_str(), shown.cloud()), ("Europe", types::Cloud::UsGovernment));
    }

    #[test]
    fn setup_information_that_was_not_shown_is_not_made_void() {
        let mut customer = customer();
        assert!(customer.hide_setup_info().is_err());
        customer.show_setup_info();
        assert!(customer.hide_setup_info().is_ok() && !customer.setup_info_was_shown());
    }
}
