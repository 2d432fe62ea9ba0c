//! Client of the partner registry.

use std::collections::HashMap;
use std::hash::Hash;

use csp_policy::{
    Country, Day, Enrollment, MpnId, MpnKind, NamedAccount, NamedMpnId, Organization, Partner, Revision,
};
use csp_proto::internal::partner_registry::v1 as pb;
use csp_proto::internal::partner_registry::v1::partner_facts_service_client::PartnerFactsServiceClient;

use super::rounds::{Question, Rounds};
use super::{BuyingTenant, broken, cloud, country, day, some};
use crate::fault::{Fault, Result};
use crate::peers::peer::Peer;
use crate::request::call::Call;
use crate::request::company::Company;
use crate::request::order::Reseller;
use crate::request::wire;

/// Client of the partner registry.
#[derive(Debug, Clone)]
pub struct Registry {
    peer: Peer,
    rounds: Rounds<Dated, RegistryFacts>,
}

/// Maximum number of entries in one list of a query.
const ENTRIES_MAX: usize = 50;

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
}

/// A registration id of a company, which is unique in its country.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RegistrationKey {
    /// The country.
    pub country: Country,
    /// The registration id.
    pub id: String,
}

/// The registry's answer. An entry that does not exist is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistryFacts {
    accounts: HashMap<String, Account>,
    organizations: HashMap<String, OrganizationFact>,
    mpn_ids: HashMap<String, (MpnId, i64)>,
    tenants: HashMap<String, TenantFact>,
    domains: HashMap<String, DomainFact>,
    /// The companies that have each registration id.
    registrations: HashMap<RegistrationKey, Vec<String>>,
}

/// The facts of a domain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct DomainFact {
    /// The customer that claimed the domain.
    customer: Option<String>,
    /// The companies that have the domain.
    organizations: Vec<String>,
}

/// The facts of a partner account.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Account {
    partner: Partner,
    company: OrganizationFact,
    revision: i64,
    /// Numbers of its location MPN IDs.
    locations: Vec<String>,
}

/// The facts about a reseller of record that a request names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedReseller {
    /// The account that the request names; `None` when it names an MPN ID.
    pub account: Option<NamedAccount>,
    /// The MPN ID that the request names, or the one location of the named account; `None` when the account
    /// has none or several.
    pub mpn_id: Option<NamedMpnId>,
    /// The partner that is named, or that holds the MPN ID; `None` when it is unknown, or the seller itself.
    pub partner: Option<Partner>,
}

/// The facts of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationFact {
    /// The company and its group of affiliates.
    pub organization: Organization,
    /// Whether the company holds a partner account.
    pub is_partner: bool,
    /// The revision at which the company was read.
    pub revision: i64,
}

/// The facts of a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantFact {
    /// The partner whose CSP tenant this is.
    pub csp_tenant_of: Option<String>,
    /// The customer that claimed the tenant.
    pub customer: Option<String>,
}

/// Result of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The customer holds the tenant and the domain.
    Held,
    /// The tenant is this partner's CSP tenant.
    CspTenant(String),
    /// This other customer holds the tenant.
    TenantTaken(String),
    /// This other customer holds the domain.
    DomainTaken(String),
}

impl Registry {
    /// The client that calls `peer`.
    pub fn new(peer: Peer) -> Self {
        Registry { peer, rounds: Rounds::new() }
    }

    /// Reads the facts of `query` as of the day `as_of`.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the registry does not answer.
    pub async fn facts(&self, call: &Call, as_of: Day, query: Query) -> Result<RegistryFacts> {
        let ask_all = |questions: Vec<Dated>| async move {
            let mut together = Query::default();
            questions.iter().for_each(|dated| together.add(&dated.query));
            let known = self.ask(call, as_of, together).await?;
            match questions.as_slice() {
                [_] => Ok(vec![known]),
                several => Ok(several.iter().map(|dated| known.of(&dated.query)).collect()),
            }
        };
        self.peer.in_time(call, self.rounds.ask(Dated { as_of, query }, ask_all)).await
    }

    async fn ask(&self, call: &Call, as_of: Day, query: Query) -> Result<RegistryFacts> {
        let request = pb::GetFactsRequest {
            as_of_date: as_of.to_string(),
            partners: query.partners,
            tenant_ids: query.tenants,
            mpn_ids: query.mpn_ids,
            organizations: query.organizations,
            domains: query.domains,
            registrations: query.registrations.into_iter().map(Into::into).collect(),
        };
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                PartnerFactsServiceClient::new(channel).get_facts(request).await
            })
            .await?;
        RegistryFacts::try_from(answer)
    }

    /// Claims the tenant and the domain for a customer that `operation` creates. Repeating the call is
    /// harmless.
    ///
    /// # Errors
    /// [`crate::Fault::PeerAnswered`] when the claims of the operation were released before;
    /// [`crate::Fault::Peer`] when the registry does not answer.
    pub async fn claim_customer(
        &self,
        call: &Call,
        operation: &str,
        customer: &str,
        tenant: &str,
        domain: &str,
    ) -> Result<Claim> {
        let request = pb::ClaimCustomerRequest {
            customer: customer.to_owned(),
            tenant_id: tenant.to_owned(),
            domain: domain.to_owned(),
            operation: operation.to_owned(),
        };
        let answer = self
            .peer
            .ask(call, request, |channel, request| async move {
                PartnerFactsServiceClient::new(channel).claim_customer(request).await
            })
            .await?;
        let taken = some(answer.csp_tenant_of)
            .map(Claim::CspTenant)
            .or(some(answer.tenant_customer).map(Claim::TenantTaken))
            .or(some(answer.domain_customer).map(Claim::DomainTaken));
        match taken {
            None if answer.claimed => Ok(Claim::Held),
            Some(taken) if !answer.claimed => Ok(taken),
            _ => Err(broken("claim")),
        }
    }

    /// Compensation: releases the claims of `operation` for a customer, and refuses late claims of the
    /// operation. Repeating the call is harmless.
    ///
    /// # Errors
    /// [`crate::Fault::Peer`] when the registry does not answer.
    pub async fn release_customer(&self, call: &Call, operation: &str, customer: &str) -> Result<()> {
        let (customer, operation) = (customer.to_owned(), operation.to_owned());
        let request = pb::ReleaseCustomerRequest { customer, operation };
        self.peer
            .ask(call, request, |channel, request| async move {
                PartnerFactsServiceClient::new(channel).release_customer(request).await
            })
            .await?;
        Ok(())
    }
}

/// A query and the day that it asks about.
#[derive(Debug, Clone)]
struct Dated {
    as_of: Day,
    query: Query,
}

impl Question for Dated {
    fn fits(&self, others: &[Self]) -> bool {
        let entries: usize = others.iter().chain([self]).map(|dated| dated.query.entries()).sum();
        others.iter().all(|other| other.as_of == self.as_of) && entries <= ENTRIES_MAX
    }
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

    /// Adds the facts that [`RegistryFacts::company`] needs.
    pub fn of_company(&mut self, declared: &Company) {
        match declared {
            Company::Organization(name) => self.organizations.push(name.clone()),
            Company::Account(name) => self.partners.push(name.clone()),
            Company::MpnId(number) => self.mpn_ids.push(number.clone()),
            Company::None => {}
        }
    }

    /// Adds the facts that [`buyer`](super::buyer()) needs.
    pub fn of_buyer(&mut self, buyer: &BuyingTenant<'_>) {
        self.tenants.push(buyer.tenant.to_owned());
        self.organizations.extend(buyer.organization.map(str::to_owned));
        self.domains.extend_from_slice(buyer.domains);
        self.registrations.extend(buyer.registration());
    }

    /// Number of entries in the longest list.
    fn entries(&self) -> usize {
        let lists = self.lists().into_iter().map(Vec::len);
        lists.chain([self.registrations.len()]).max().unwrap_or_default()
    }

    /// Adds the entries of `other` that the query does not have yet.
    fn add(&mut self, other: &Query) {
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

impl RegistryFacts {
    /// The part of the answer that `query` asked for. A decision stores the revisions of exactly the facts
    /// that it used.
    fn of(&self, query: &Query) -> RegistryFacts {
        let mpn_ids = part(&self.mpn_ids, |number, _| query.mpn_ids.contains(number));
        let holds = |name: &String| mpn_ids.values().any(|(mpn_id, _)| mpn_id.partner.as_ref() == Some(name));
        // Tenants and domains are claimed in one table, and the registry finds a partner account by its
        // claim.
        let claims = |tenant: &String| query.tenants.contains(tenant) || query.domains.contains(tenant);
        RegistryFacts {
            accounts: part(&self.accounts, |name, account| {
                query.partners.contains(name) || claims(&account.partner.tenant) || holds(name)
            }),
            organizations: part(&self.organizations, |name, _| query.organizations.contains(name)),
            tenants: part(&self.tenants, |tenant, _| query.tenants.contains(tenant)),
            domains: part(&self.domains, |domain, _| query.domains.contains(domain)),
            registrations: part(&self.registrations, |key, _| query.registrations.contains(key)),
            mpn_ids,
        }
    }

    /// The partner with this resource name.
    pub fn partner(&self, name: &str) -> Option<&Partner> {
        self.accounts.get(name).map(|account| &account.partner)
    }

    /// The partner whose CSP tenant is `tenant`.
    pub fn partner_of_tenant(&self, tenant: &str) -> Option<&Partner> {
        self.accounts.values().map(|account| &account.partner).find(|partner| partner.tenant == tenant)
    }

    /// The MPN ID with this number.
    pub fn mpn_id(&self, number: &str) -> Option<&MpnId> {
        self.mpn_ids.get(number).map(|(mpn_id, _)| mpn_id)
    }

    /// The facts about the reseller of record that a request to `seller` names.
    pub fn named_reseller(&self, named: &Reseller, seller: &Partner) -> NamedReseller {
        let (account, mpn_id) = match named {
            Reseller::MpnId(number) => {
                (None, Some(NamedMpnId { id: number.clone(), known: self.mpn_id(number).cloned() }))
            }
            Reseller::Account(name) => {
                let locations = self.accounts.get(name).map(|account| account.locations.as_slice());
                let locations = locations.unwrap_or_default();
                let location = |number: &String| NamedMpnId {
                    id: number.clone(),
                    known: Some(MpnId {
                        id: number.clone(),
                        kind: MpnKind::Location,
                        partner: Some(name.clone()),
                    }),
                };
                let only = if let [number] = locations { Some(location(number)) } else { None };
                (Some(NamedAccount { name: name.clone(), locations: locations.len() }), only)
            }
        };
        let holder = mpn_id.as_ref().and_then(|mpn_id| mpn_id.known.as_ref()?.partner.as_ref());
        let holder = account.as_ref().map(|account| &account.name).or(holder);
        let partner =
            holder.filter(|name| **name != seller.name).and_then(|name| self.partner(name)).cloned();
        NamedReseller { account, mpn_id, partner }
    }

    /// Whether both name the same reseller of record: the same number, or an account and a number of its
    /// locations.
    pub fn name_the_same(&self, one: &Reseller, other: &Reseller) -> bool {
        match (one, other) {
            (Reseller::MpnId(number), Reseller::Account(name))
            | (Reseller::Account(name), Reseller::MpnId(number)) => {
                self.accounts.get(name).is_some_and(|account| account.locations.contains(number))
            }
            (one, other) => one == other,
        }
    }

    /// The company with this resource name: one that was asked for, or the company of an account.
    pub fn organization(&self, name: &str) -> Option<&OrganizationFact> {
        let holds = |account: &&Account| account.company.organization.name == name;
        let of_account = || self.accounts.values().find(holds).map(|account| &account.company);
        self.organizations.get(name).or_else(of_account)
    }

    /// Resource name of the declared company; `None` for the statement that there is none.
    ///
    /// # Errors
    /// [`Fault::NotFound`] for a company, an authorized account, or a number of an authorized account that the
    /// registry does not have.
    pub fn company(&self, declared: &Company) -> Result<Option<String>> {
        let (resource_type, name, found) = match declared {
            Company::None => return Ok(None),
            Company::Organization(name) => ("organization", name, self.organization(name)),
            Company::Account(name) => ("partner", name, self.authorized(name)),
            Company::MpnId(number) => {
                let holder = self.mpn_id(number).and_then(|mpn_id| mpn_id.partner.as_ref());
                ("MPN ID", number, holder.and_then(|holder| self.authorized(holder)))
            }
        };
        let found = found.ok_or_else(|| Fault::not_found(resource_type, name))?;
        Ok(Some(found.organization.name.clone()))
    }

    /// The company of the account, once the account is authorized: before, nobody sees the account.
    fn authorized(&self, account: &str) -> Option<&OrganizationFact> {
        let account = self.accounts.get(account)?;
        (account.partner.enrollment == Enrollment::Authorized).then_some(&account.company)
    }

    /// The facts of a tenant; empty for a tenant that nobody claimed.
    pub fn tenant(&self, tenant: &str) -> TenantFact {
        self.tenants.get(tenant).cloned().unwrap_or_default()
    }

    /// The customer that claimed the domain.
    pub fn domain_customer(&self, domain: &str) -> Option<&str> {
        self.domains.get(domain)?.customer.as_deref()
    }

    /// The companies that have the domain.
    pub(super) fn companies_of_domain(&self, domain: &str) -> &[String] {
        self.domains.get(domain).map_or(&[], |fact| &fact.organizations)
    }

    /// The companies that have the registration id.
    pub(super) fn companies_of_registration(&self, key: &RegistrationKey) -> &[String] {
        self.registrations.get(key).map_or(&[], Vec::as_slice)
    }

    /// The revisions of all facts that were read, ordered by resource name.
    pub fn revisions(&self) -> Vec<Revision> {
        let partners = self.accounts.iter().map(|(name, account)| (name.clone(), account.revision));
        let organizations = self.organizations.iter().map(|(name, fact)| (name.clone(), fact.revision));
        let mpn_ids = self.mpn_ids.iter().map(|(id, (_, revision))| (format!("mpnIds/{id}"), *revision));
        let mut revisions: Vec<Revision> = partners
            .chain(organizations)
            .chain(mpn_ids)
            .map(|(resource, revision)| Revision { resource, revision })
            .collect();
        revisions.sort_by(|one, other| one.resource.cmp(&other.resource));
        revisions
    }
}

/// The entries for which `holds` is true.
fn part<K, V>(all: &HashMap<K, V>, holds: impl Fn(&K, &V) -> bool) -> HashMap<K, V>
where
    K: Clone + Eq + Hash,
    V: Clone,
{
    all.iter()
        .filter(|(key, value)| holds(key, value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

impl TryFrom<pb::GetFactsResponse> for RegistryFacts {
    type Error = crate::Fault;

    fn try_from(answer: pb::GetFactsResponse) -> Result<Self> {
        let mut facts = RegistryFacts::default();
        for fact in answer.partners {
            let account = account(fact)?;
            facts.accounts.insert(account.partner.name.clone(), account);
        }
        for fact in answer.organizations {
            facts.organizations.insert(fact.name.clone(), organization(fact));
        }
        for fact in answer.mpn_ids {
            let revision = fact.revision;
            let mpn_id = mpn_id(fact)?;
            facts.mpn_ids.insert(mpn_id.id.clone(), (mpn_id, revision));
        }
        for fact in answer.tenants {
            let tenant =
                TenantFact { csp_tenant_of: some(fact.csp_tenant_of), customer: some(fact.customer) };
            facts.tenants.insert(fact.tenant_id, tenant);
        }
        for fact in answer.domains {
            let (customer, organizations) = (some(fact.customer), fact.organizations);
            facts.domains.insert(fact.domain, DomainFact { customer, organizations });
        }
        for fact in answer.registrations {
            let key = fact.key.ok_or_else(|| broken("registration id"))?;
            let key = RegistrationKey { country: country(&key.country)?, id: key.registration_id };
            facts.registrations.insert(key, fact.organizations);
        }
        Ok(facts)
    }
}

impl From<RegistrationKey> for pb::RegistrationKey {
    fn from(key: RegistrationKey) -> Self {
        pb::RegistrationKey { country: key.country.to_string(), registration_id: key.id }
    }
}

fn account(fact: pb::PartnerFacts) -> Result<Account> {
    let enrollment = wire::enrollment(fact.enrollment_state()).ok_or_else(|| broken("enrollment state"))?;
    let standing = wire::standing(fact.standing()).ok_or_else(|| broken("standing"))?;
    let kind = wire::partner_kind(fact.kind()).ok_or_else(|| broken("partner kind"))?;
    let company = organization(fact.organization.ok_or_else(|| broken("organization"))?);
    let partner = Partner {
        kind,
        cloud: cloud(fact.cloud)?,
        country: country(&fact.country)?,
        organization: company.organization.clone(),
        enrollment,
        standing,
        onboarded: fact.onboarded,
        agreement_since: day(&fact.agreement_since_date)?,
        name: fact.name,
        tenant: fact.tenant_id,
    };
    Ok(Account { partner, company, revision: fact.revision, locations: fact.location_mpn_ids })
}

fn organization(fact: pb::OrganizationFacts) -> OrganizationFact {
    OrganizationFact {
        organization: Organization { name: fact.name, affiliation: some(fact.affiliation_group) },
        is_partner: fact.is_partner,
        revision: fact.revision,
    }
}

fn mpn_id(fact: pb::MpnFacts) -> Result<MpnId> {
    let kind = wire::mpn_kind(fact.kind()).ok_or_else(|| broken("kind of MPN ID"))?;
    Ok(MpnId { id: fact.number, kind, partner: some(fact.partner) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(as_of: &str, tenants: usize) -> Dated {
        let query = Query { tenants: vec!["t".to_owned(); tenants], ..Query::default() };
        Dated { as_of: as_of.parse().unwrap(), query }
    }

    #[test]
    fn a_round_asks_about_one_day_and_at_most_50_entries() {
        let (today, yesterday) = (asked("2026-11-21", 30), asked("2026-11-20", 1));
        assert!(!yesterday.fits(std::slice::from_ref(&today)));
        assert!(asked("2026-11-21", ENTRIES_MAX - 30).fits(std::slice::from_ref(&today)));
        assert!(!asked("2026-11-21", ENTRIES_MAX - 29).fits(std::slice::from_ref(&today)));
    }

    #[test]
    fn queries_asked_together_name_each_entry_once() {
        let mut query = asked("2026-11-21", 2).query;
        let other = Query { tenants: vec!["t".to_owned(), "u".to_owned()], ..Query::default() };
        let mut together = Query::default();
        together.add(&query);
        together.add(&other);
        query.tenants = vec!["t".to_owned(), "u".to_owned()];
        assert_eq!(together, query);
    }

    #[test]
    fn each_query_of_a_round_gets_only_its_own_facts() {
        let tenant = |tenant: &str| pb::TenantFacts { tenant_id: tenant.to_owned(), ..Default::default() };
        let organization = |name: &str| pb::OrganizationFacts { name: name.to_owned(), ..Default::default() };
        let known = RegistryFacts::try_from(pb::GetFactsResponse {
            tenants: vec![tenant("one"), tenant("other")],
            organizations: vec![organization("organizations/a"), organization("organizations/b")],
            ..Default::default()
        });
        let query = Query {
            tenants: vec!["one".to_owned(), "unknown".to_owned()],
            organizations: vec!["organizations/b".to_owned()],
            ..Query::default()
        };
        let told = known.unwrap().of(&query);
        assert_eq!(told.tenants.keys().collect::<Vec<_>>(), ["one"]);
        assert_eq!(told.revisions().iter().map(|it| &it.resource).collect::<Vec<_>>(), ["organizations/b"]);
    }
}
