//! The customer: a tenant of type Customer, and the company behind it.
//!
//! ```text
//!                         activate
//! (reserve, register) → RESERVED ──→ ACTIVE
//!                          └─ abandon ─→ ABANDONED
//! ```
//!
//! A reserved customer is visible only to the operation that creates it and to the peers that this operation
//! calls. An abandoned customer counts as never created: its id and its external id are free again.

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

use csp_policy::{Day, Revision, region_of};
use csp_proto::customer::v1 as pb;
use csp_proto::r#type::v1::{Contact, CustomerProfile, PostalAddress, Tenant};
use csp_service::company::Company;
use csp_service::wire::{self, timestamp};
use csp_service::{Effect, Encoded, Evidence, Fault, Result, Stored, etag};
use csp_store::Word as _;
use jiff::Timestamp;

use self::profile::Profile;
use self::table::{CustomerRow, State};

/// Collection id in the resource name.
pub(crate) const COLLECTION: &str = "customers";
/// Resource type, as errors name it.
pub(crate) const KIND: &str = "customer";

/// A customer. Its row is private and changes only by the transitions below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Customer {
    row: CustomerRow,
}

/// The fields of a new customer that its profile does not give.
#[derive(Debug)]
pub(crate) struct Creation<'a> {
    pub(crate) id: String,
    pub(crate) operation: &'a str,
    pub(crate) external_id: Option<String>,
    /// Resource name and CSP tenant of the partner that creates the customer; `None` when an operator records
    /// the customer.
    pub(crate) creator: Option<(String, String)>,
    pub(crate) evidence: Option<&'a Evidence>,
    /// Resource name of the company that the customer belongs to; `None` for none.
    pub(crate) organization: Option<String>,
}

/// Changes to a customer: `None` leaves the field as it is, `Some(None)` clears the field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Update {
    pub(crate) company_name: Option<String>,
    pub(crate) billing_address: Option<Option<PostalAddress>>,
    pub(crate) billing_contact: Option<Option<Contact>>,
    pub(crate) external_id: Option<Option<String>>,
}

impl Customer {
    /// The reserved customer of an operation that creates or records a customer.
    pub(crate) fn reserve(creation: Creation<'_>, profile: &Profile, now: Timestamp) -> Self {
        let mut customer = Self::new(creation.id, creation.operation, profile, now);
        customer.row.organization = creation.organization;
        customer.row.external_id = creation.external_id;
        (customer.row.creator, customer.row.creator_tenant) = creation.creator.unzip();
        customer.row.evidence_date = creation.evidence.map(|evidence| evidence.day);
        customer.row.evidence_source = creation.evidence.map(|evidence| evidence.source.clone());
        customer
    }

    /// The reserved customer of an operation that registers a tenant which accepts an invitation.
    pub(crate) fn register(
        id: String,
        operation: &str,
        profile: &Profile,
        invitation: Option<String>,
        now: Timestamp,
    ) -> Self {
        let mut customer = Self::new(id, operation, profile, now);
        // The relationship service, which judged the tenant, names the company by its resource name.
        if let Some(Company::Organization(name)) = &profile.organization {
            customer.row.organization = Some(name.clone());
        }
        customer.row.invitation = invitation;
        customer
    }

    fn new(id: String, operation: &str, profile: &Profile, now: Timestamp) -> Self {
        let Profile { tenant, company_name, .. } = profile.clone();
        let mut domains = tenant.domains.into_iter();
        let domain = domains.next().unwrap_or_default();
        Customer {
            row: CustomerRow {
                id,
                tenant: tenant.id,
                revision: 1,
                create_time: now,
                update_time: now,
                state: State::Reserved,
                operation: Some(operation.to_owned()),
                external_id: None,
                search_text: search_text(&company_name, &domain),
                domain,
                further_domains: Stored(domains.collect()),
                country: Stored(tenant.country),
                cloud: Stored(wire::cloud(tenant.cloud)),
                company_name,
                billing_address: profile.billing_address.clone().map(Encoded),
                billing_contact: profile.billing_contact.clone().map(Encoded),
                registration_id: profile.registration_id.clone(),
                registration_id_attestation: profile.registration_id_attestation.clone().map(Encoded),
                organization: None,
                organization_date: None,
                organization_source: None,
                creator: None,
                creator_tenant: None,
                setup_info_shown: false,
                invitation: None,
                evidence_date: None,
                evidence_source: None,
            },
        }
    }

    /// Makes the customer visible, after every step of its creation is done. Only a reserved customer can be
    /// activated.
    pub(crate) fn activate(&mut self, now: Timestamp) -> Result<()> {
        self.must_be(State::Reserved)?;
        self.row.state = State::Active;
        self.row.update_time = now;
        Ok(())
    }

    /// Marks the customer's creation as undone. Only a reserved customer can be abandoned.
    pub(crate) fn abandon(&mut self, now: Timestamp) -> Result<()> {
        self.must_be(State::Reserved)?;
        self.row.state = State::Abandoned;
        self.row.update_time = now;
        Ok(())
    }

    /// Changes company name, billing and external id; `None` leaves the field as it is.
    pub(crate) fn update(&mut self, update: Update, now: Timestamp) {
        let before = self.row.clone();
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
        self.touch_if_changed(&before, now);
    }

    /// Assigns the customer to an organization of the registry, or to none.
    pub(crate) fn set_organization(
        &mut self,
        organization: Option<String>,
        evidence: &Evidence,
        now: Timestamp,
    ) {
        let before = self.row.clone();
        self.row.organization = organization;
        self.row.organization_date = Some(evidence.day);
        self.row.organization_source = Some(evidence.source.clone());
        self.touch_if_changed(&before, now);
    }

    /// Marks the setup information as shown.
    pub(crate) fn show_setup_info(&mut self, now: Timestamp) {
        self.row.setup_info_shown = true;
        self.touch(now);
    }

    /// Marks the setup information as not shown, because it was made void and can be shown once more. Refused
    /// unless it was shown.
    pub(crate) fn hide_setup_info(&mut self, now: Timestamp) -> Result<()> {
        if !self.row.setup_info_shown {
            let remedy = "show the setup information once with `RevealSetupInfo`";
            return Err(self.conflict("SETUP_INFO_NOT_SHOWN", "SETUP_INFO_SHOWN", remedy));
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

    /// The revision that was read, for a decision that uses this customer as a fact.
    pub(crate) fn revision(&self) -> Revision {
        Revision::undated(self.name(), self.row.revision)
    }

    /// Whether the customer exists: neither reserved nor abandoned.
    pub(crate) fn is_active(&self) -> bool {
        self.row.state == State::Active
    }

    /// Whether this operation (an id) has reserved the customer.
    pub(crate) fn is_reserved_by(&self, operation: &str) -> bool {
        self.row.state == State::Reserved && self.row.operation.as_deref() == Some(operation)
    }

    /// Whether the customer's creation was undone.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.row.state == State::Abandoned
    }

    pub(crate) fn setup_info_was_shown(&self) -> bool {
        self.row.setup_info_shown
    }

    /// Whether the partner with this CSP tenant created the customer.
    pub(crate) fn was_created_by(&self, csp_tenant: &str) -> bool {
        self.row.creator_tenant.as_deref() == Some(csp_tenant)
    }

    /// Whether company name or first domain contains `text`, which must be in lower case.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.row.search_text.contains(text)
    }

    /// Whether the company name alone contains `text`, which must be in lower case.
    pub(crate) fn is_named(&self, text: &str) -> bool {
        self.row.company_name.to_lowercase().contains(text)
    }

    /// The customer as the API shows it to the caller whose key was read. The region depends on the day
    /// `today`.
    pub(crate) fn render(&self, today: Day) -> pb::Customer {
        let external_id = self.row.external_id.clone().unwrap_or_default();
        pb::Customer { external_id, ..self.keyless(today) }
    }

    /// The customer as a past or inviting partner sees it: name and tenant.
    pub(crate) fn outline(&self) -> pb::Customer {
        let tenant = Tenant { tenant_id: self.row.tenant.clone(), ..Tenant::default() };
        let profile = CustomerProfile {
            tenant: Some(tenant),
            company_name: self.row.company_name.clone(),
            ..CustomerProfile::default()
        };
        pb::Customer { name: self.name(), profile: Some(profile), ..pb::Customer::default() }
    }

    /// The customer as every party sees it, without any party's key: for the journal, and for an operation,
    /// which its beginner and operators read.
    pub(crate) fn keyless(&self, today: Day) -> pb::Customer {
        let row = &self.row;
        pb::Customer {
            name: self.name(),
            etag: etag::of(row.revision),
            revision: row.revision,
            create_time: Some(timestamp(row.create_time)),
            update_time: Some(timestamp(row.update_time)),
            external_id: String::new(),
            profile: Some(profile::render(row)),
            region: wire::region_name(region_of(row.country.0, today)),
            creator: row.creator.clone().unwrap_or_default(),
            setup_info_shown: self.setup_info_was_shown(),
            evidence: Evidence::of_row(row.evidence_date, row.evidence_source.as_deref()),
            organization_evidence: Evidence::of_row(
                row.organization_date,
                row.organization_source.as_deref(),
            ),
        }
    }

    /// The change from this customer to `after`, for the journal.
    pub(crate) fn change_to(&self, after: &Customer, today: Day) -> Result<Effect> {
        let (name, revision) = (after.name(), after.row.revision);
        Effect::changed(&name, revision, &self.keyless(today), &after.keyless(today))
    }

    /// Counts a change: raises the revision and sets the update time.
    fn touch_if_changed(&mut self, before: &CustomerRow, now: Timestamp) {
        if self.row != *before {
            self.touch(now);
        }
    }

    fn touch(&mut self, now: Timestamp) {
        self.row.revision += 1;
        self.row.update_time = now;
    }

    fn must_be(&self, needs: State) -> Result<()> {
        let state = self.row.state;
        let remedy =
            "read its operation with `GetOperation`, or create the customer again with `CreateCustomer`";
        if state == needs { Ok(()) } else { Err(self.conflict(state.word(), needs.word(), remedy)) }
    }

    fn conflict(&self, state: &str, needs: &str, remedy: &str) -> Fault {
        Fault::StateConflict {
            resource: self.name(),
            state: state.to_owned(),
            needs: needs.to_owned(),
            remedy: remedy.to_owned(),
        }
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

fn search_text(company_name: &str, domain: &str) -> String {
    format!("{}\n{domain}", company_name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use csp_policy::{Cloud, Country};
    use csp_proto::r#type::v1 as types;
    use csp_service::Tenant;

    use super::*;

    type Event = (&'static str, fn(&mut Customer) -> Result<()>);

    const EVENTS: &[Event] = &[
        ("activate", |it| it.activate(Timestamp::UNIX_EPOCH)),
        ("abandon", |it| it.abandon(Timestamp::UNIX_EPOCH)),
    ];

    fn customer() -> Customer {
        let profile = Profile {
            tenant: Tenant {
                id: "tailspin.example".to_owned(),
                domains: vec!["toys.example".to_owned(), "games.example".to_owned()],
                country: Country::try_from("DE").unwrap(),
                cloud: Cloud::UsGovernment,
            },
            company_name: "Tailspin Toys".to_owned(),
            billing_address: None,
            billing_contact: None,
            registration_id: String::new(),
            registration_id_attestation: None,
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
    fn only_a_reserved_customer_can_be_activated_or_abandoned() {
        let mut table = String::new();
        for (from, word) in State::WORDS {
            let row: Vec<String> = EVENTS.iter().map(|event| outcome(*from, event)).collect();
            table.push_str(&format!("{word}: {}\n", row.join(" ")));
        }
        assert_eq!(table, "RESERVED: ACTIVE ABANDONED\nACTIVE: - -\nABANDONED: - -\n");
    }

    #[test]
    fn a_customer_is_found_by_any_part_of_its_name_or_domain() {
        let mut customer = customer();
        assert!(customer.matches("toys") && customer.matches("tailspin t") && customer.matches("s.example"));
        customer.update(
            Update { company_name: Some("Wingtip".to_owned()), ..Update::default() },
            Timestamp::UNIX_EPOCH,
        );
        assert!(customer.matches("wing") && !customer.matches("tailspin"));
    }

    #[test]
    fn a_customer_shows_its_cloud_and_the_region_of_its_country() {
        let shown = customer().render("2026-11-21".parse().unwrap());
        let tenant = shown.profile.unwrap().tenant.unwrap();
        assert_eq!((shown.region.as_str(), tenant.cloud()), ("regions/europe", types::Cloud::UsGovernment));
    }

    #[test]
    fn a_customer_shows_all_domains_of_its_tenant_the_first_one_first() {
        let tenant = profile::render(&customer().row).tenant.unwrap();
        assert_eq!(tenant.domains, ["toys.example", "games.example"]);
    }

    #[test]
    fn the_journal_has_no_partys_own_key_for_the_customer() {
        let mut customer = customer();
        customer.row.external_id = Some("k-1".to_owned());
        let today = "2026-11-21".parse().unwrap();
        assert_eq!(customer.render(today).external_id, "k-1");
        assert_eq!(customer.keyless(today).external_id, "");
    }

    #[test]
    fn setup_information_that_was_not_shown_cannot_be_made_void() {
        let mut customer = customer();
        assert!(customer.hide_setup_info(Timestamp::UNIX_EPOCH).is_err());
        customer.show_setup_info(Timestamp::UNIX_EPOCH);
        assert!(customer.hide_setup_info(Timestamp::UNIX_EPOCH).is_ok() && !customer.setup_info_was_shown());
    }
}
