//! A question to the partner registry.

use csp_policy::Country;
use csp_proto::internal::partner_registry::v1 as pb;

use crate::request::company::Company;
use crate::request::order::Reseller;

/// The facts to read from the partner registry, all in one snapshot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Partners, by resource name.
    pub partners: Vec<String>,
    /// Tenants, by tenant id: the partner whose CSP tenant each is, and the customer that claimed it.
    pub tenants: Vec<String>,
    /// MPN IDs, by number.
    pub mpn_ids: Vec<String>,
    /// Companies, by resource name.
    pub organizations: Vec<String>,
    /// Domains of customers: the customer that claimed each, and the companies that have it.
    pub domains: Vec<String>,
    /// Registration ids of customers: the companies that have each.
    pub registrations: Vec<RegistrationKey>,
    /// Whether the facts are for the record of an act of an earlier day: enrolment and standing are then
    /// those of that day. Otherwise they are present, also where the clocks of two services disagree on the
    /// day.
    pub recorded: bool,
}

/// A registration id of a company, which is unique in its country.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RegistrationKey {
    /// The country.
    pub country: Country,
    /// The registration id.
    pub id: String,
}

impl Query {
    /// Adds the reseller of record that a request names.
    pub fn of_reseller(&mut self, named: &Reseller) {
        match named {
            Reseller::MpnId(number) => self.mpn_ids.push(number.clone()),
            Reseller::Account(name) => self.partners.push(name.clone()),
        }
    }

    fn lists(&self) -> [&Vec<String>; 5] {
        [&self.partners, &self.tenants, &self.mpn_ids, &self.organizations, &self.domains]
    }

    /// Adds the facts that [`RegistryFacts::company`](super::RegistryFacts::company) needs.
    pub fn of_company(&mut self, declared: &Company) {
        match declared {
            Company::Organization(name) => self.organizations.push(name.clone()),
            Company::Account(name) => self.partners.push(name.clone()),
            Company::MpnId(number) => self.mpn_ids.push(number.clone()),
            Company::None => {}
        }
    }

    /// Number of entries in the longest list.
    pub(super) fn entries(&self) -> usize {
        let lists = self.lists().into_iter().map(Vec::len);
        lists.chain([self.registrations.len()]).max().unwrap_or_default()
    }

    /// Adds the entries of `other` that the query does not have yet.
    pub(super) fn add(&mut self, other: &Query) {
        let lists = [
            &mut self.partners,
            &mut self.tenants,
            &mut self.mpn_ids,
            &mut self.organizations,
            &mut self.domains,
        ];
        for (list, more) in lists.into_iter().zip(other.lists()) {
            for entry in more {
                if !list.contains(entry) {
                    list.push(entry.clone());
                }
            }
        }
        for key in &other.registrations {
            if !self.registrations.contains(key) {
                self.registrations.push(key.clone());
            }
        }
    }
}

impl From<RegistrationKey> for pb::RegistrationKey {
    fn from(key: RegistrationKey) -> Self {
        pb::RegistrationKey { country: key.country.to_string(), registration_id: key.id }
    }
}
