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
pub(crate) mod keys;
pub(crate) mod list;
pub(crate) mod profile;
pub(crate) mod read;
pub(crate) mod set_organization;
pub(crate) mod table;
pub(crate) mod update;
pub(crate) mod visibility;

pub(crate) use self::list::list;
pub(crate) use self::read::{batch_get, check_domain, get};
pub(crate) use self::set_organization::set_organization;
pub(crate) use self::update::update;
pub(crate) use self::visibility::{Seen, created, visible};

use csp_policy::{Cloud, Day, Revision, region_of};
use csp_proto::customer::v1 as pb;
use csp_proto::r#type::v1::{self as types, Contact, PostalAddress};
use csp_service::wire::timestamp;
use csp_service::{Effect, Encoded, Evidence, Fault, Result, Stored, etag};
use csp_store::Word as _;
use jiff::Timestamp;

use self::profile::Profile;
use self::table::{CustomerRow, State};

/// Collection of the resource name.
pub(crate) const COLLECTION: &str = "customers";
/// Kind of the resource, as errors name it.
pub(crate) const KIND: &str = "customer";
/// Owner of the keys that operators give; no tenant is written like this.
pub(crate) const OPERATORS: &str = "operators/";
/// Owner of the keys of customers that were invited, which have none.
const INVITED: &str = "invited/";

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

/// What is to change of a customer; what is `None` stays as it is, and `Some(None)` takes it away.
#[derive(Debug, Clone, Default)]
pub(crate) struct Update {
    pub(crate) company_name: Option<String>,
    pub(crate) billing_address: Option<Option<PostalAddress>>,
    pub(crate) billing_contact: Option<Option<Contact>>,
    pub(crate) external_id: Option<Option<String>>,
}

impl Customer {
    /// A customer that an operation is about to create.
    pub(crate) fn reserve(creation: Creation<'_>, profile: &Profile, now: Timestamp) -> Self {
        let mut customer = Self::new(creation.id, creation.operation, creation.owner, profile, now);
        customer.row.external_id = creation.external_id;
        customer.row.creator = creation.creator;
        customer.row.evidence_date = creation.evidence.map(|evidence| evidence.day);
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
                create_time: now,
                update_time: now,
                state: State::Reserved,
                operation: Some(operation.to_owned()),
                owner: owner.to_owned(),
                external_id: None,
                domain: profile.domain.clone(),
                country: Stored(profile.country),
                cloud: Stored(told(profile.cloud)),
                company_name: profile.company_name.clone(),
                search_text: search_text(&profile.company_name, &profile.domain),
                billing_address: profile.billing_address.clone().map(Encoded),
                billing_contact: profile.billing_contact.clone().map(Encoded),
                registration_id: profile.registration_id.id.clone(),
                registration_id_is_not_personal: profile.registration_id.is_not_personal,
                organization: profile.organization.clone(),
                creator: None,
                setup_info_shown: false,
                invitation: None,
                evidence_date: None,
                evidence_source: None,
            },
        }
    }

    /// Every step of its creation is done: it shows.
    pub(crate) fn activate(&mut self, now: Timestamp) -> Result<()> {
        self.must_be(State::Reserved)?;
        self.row.state = State::Active;
        self.row.update_time = now;
        Ok(())
    }

    /// Its creation was given up.
    pub(crate) fn abandon(&mut self, now: Timestamp) -> Result<()> {
        self.must_be(State::Reserved)?;
        self.row.state = State::Abandoned;
        self.row.update_time = now;
        Ok(())
    }

    /// Name, billing and key change; what is `None` stays as it is.
    pub(crate) fn update(&mut self, update: Update, now: Timestamp) {
        let row = &mut self.row;
        if let Some(company_name) = update.company_name {
            row.search_text = search_text(&company_name, &row.domain);
            row.company_name = company_name;
        }
        if let Some(address) = update.billing_address {
            row.billing_address = address.map(Encoded);
        }
        if let Some(contact) = update.billing_contact {
            row.billing_contact = contact.map(Encoded);
        }
        if let Some(external_id) = update.external_id {
            row.external_id = external_id;
        }
        self.touch(now);
    }

    /// Another company of the registry.
    pub(crate) fn set_organization(&mut self, organization: Option<String>, now: Timestamp) {
        self.row.organization = organization;
        self.touch(now);
    }

    /// Its setup information is about to be shown.
    pub(crate) fn show_setup_info(&mut self, now: Timestamp) {
        self.row.setup_info_shown = true;
        self.touch(now);
    }

    /// Its setup information was made void and can be shown once more.
    pub(crate) fn hide_setup_info(&mut self, now: Timestamp) -> Result<()> {
        if !self.row.setup_info_shown {
            return Err(self.conflict("SETUP_INFO_NOT_SHOWN", "SETUP_INFO_SHOWN"));
        }
        self.row.setup_info_shown = false;
        self.touch(now);
        Ok(())
    }

    pub(crate) fn name(&self) -> String {
        name(&self.row.id)
    }

    pub(crate) fn row(&self) -> &CustomerRow {
        &self.row
    }

    /// What was read, for a decision that rests on it.
    pub(crate) fn revision(&self) -> Revision {
        Revision { resource: self.name(), revision: self.row.revision }
    }

    /// Whether it exists for everybody who may see it.
    pub(crate) fn is_active(&self) -> bool {
        self.row.state == State::Active
    }

    /// Whether this operation holds its reservation.
    pub(crate) fn is_reserved_by(&self, operation: &str) -> bool {
        self.row.state == State::Reserved && self.row.operation.as_deref() == Some(operation)
    }

    /// Whether its creation was given up.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.row.state == State::Abandoned
    }

    pub(crate) fn setup_info_was_shown(&self) -> bool {
        self.row.setup_info_shown
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
        let region = region_of(row.country.0, today);
        pb::Customer {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            external_id: row.external_id.clone().unwrap_or_default(),
            tenant: row.tenant.clone(),
            domain: row.domain.clone(),
            country: row.country.0.to_string(),
            cloud: row.cloud.0.into(),
            region: region.map(|region| region.as_str().to_owned()).unwrap_or_default(),
            company_name: row.company_name.clone(),
            billing_address: row.billing_address.clone().map(|address| address.0),
            billing_contact: row.billing_contact.clone().map(|contact| contact.0),
            registration_id: row.registration_id.clone(),
            organization: row.organization.clone().unwrap_or_default(),
            creator: row.creator.clone().unwrap_or_default(),
            setup_info_shown: self.setup_info_was_shown(),
            evidence: Evidence::of_row(row.evidence_date, row.evidence_source.as_deref()),
        }
    }

    /// What the change to `after` did, for the journal.
    pub(crate) fn change_to(&self, after: &Customer, today: Day) -> Result<Effect> {
        Effect::changed(&after.name(), after.row.revision, &self.render(today), &after.render(today))
    }

    /// Counts the change that was made.
    fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now;
    }

    fn must_be(&self, needs: State) -> Result<()> {
        let state = self.row.state;
        if state == needs { Ok(()) } else { Err(self.conflict(state.word(), needs.word())) }
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

/// In the contract's words.
fn told(cloud: Cloud) -> types::Cloud {
    match cloud {
        Cloud::Global => types::Cloud::Global,
        Cloud::UsGovernment => types::Cloud::UsGovernment,
        Cloud::Germany => types::Cloud::Germany,
        Cloud::China => types::Cloud::China,
    }
}

fn search_text(company_name: &str, domain: &str) -> String {
    format!("{}\n{domain}", company_name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use csp_policy::Country;

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

    fn outcome(from: State, event: &Event) -> String {
        let mut customer = customer();
        customer.row.state = from;
        event.1(&mut customer).map_or_else(|_| "-".to_owned(), |()| customer.row.state.word().to_owned())
    }

    #[test]
    fn every_event_in_every_state() {
        let mut table = String::new();
        for (from, word) in State::WORDS {
            let row: Vec<String> = EVENTS.iter().map(|event| outcome(*from, event)).collect();
            table.push_str(&format!("{word}: {}\n", row.join(" ")));
        }
        assert_eq!(table, "RESERVED: ACTIVE ABANDONED\nACTIVE: - -\nABANDONED: - -\n");
    }

    #[test]
    fn it_is_found_by_name_and_domain_whatever_the_case() {
        let mut customer = customer();
        assert!(customer.matches("toys") && customer.matches("tailspin t") && customer.matches("s.example"));
        customer.update(
            Update { company_name: Some("Wingtip".to_owned()), ..Update::default() },
            Timestamp::UNIX_EPOCH,
        );
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
        assert!(customer.hide_setup_info(Timestamp::UNIX_EPOCH).is_err());
        customer.show_setup_info(Timestamp::UNIX_EPOCH);
        assert!(customer.hide_setup_info(Timestamp::UNIX_EPOCH).is_ok() && !customer.setup_info_was_shown());
    }
}
