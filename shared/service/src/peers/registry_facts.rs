//! The registry's facts, as decisions use them.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use csp_policy::{Enrollment, MpnId, MpnKind, NamedAccount, NamedMpnId, Organization, Partner, Revision};
use csp_proto::internal::partner_registry::v1 as pb;

use super::registry_query::{Query, RegistrationKey};
use super::{broken, cloud, country, day, some};
use crate::fault::{Fault, Result};
use crate::request::company::Company;
use crate::request::order::Reseller;
use crate::request::wire;

/// The registry's answer. An entry that does not exist is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegistryFacts {
    accounts: HashMap<String, Account>,
    organizations: HashMap<String, OrganizationFact>,
    mpn_ids: HashMap<String, (MpnId, i64)>,
    tenants: HashMap<String, TenantFact>,
    domains: HashMap<String, DomainFact>,
    /// The accounts that have each registration id.
    registrations: HashMap<RegistrationKey, Vec<Identified>>,
}

/// The facts of a domain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct DomainFact {
    /// The customer that claimed the domain.
    customer: Option<String>,
    /// The accounts whose CSP tenants have the domain.
    accounts: Vec<Identified>,
}

/// An account that a domain or a registration id names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Identified {
    /// The account at the revision that was read.
    account: Revision,
    /// Resource name of its company.
    organization: String,
}

/// The facts of a partner account.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Account {
    partner: Partner,
    company: OrganizationFact,
    revision: i64,
    /// Whether enrolment and standing are those of the day of the query.
    dated: bool,
    /// The signature of the partner agreement that was read; at revision 0 when the account has none.
    agreement: Revision,
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
    /// The account by which it does, at the revision that was read.
    partner: Option<Revision>,
    /// The revision at which the company was read.
    pub revision: i64,
    /// Whether the facts are those of the day of the query.
    pub dated: bool,
}

/// The facts of a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantFact {
    /// The partner whose CSP tenant this is.
    pub csp_tenant_of: Option<String>,
    /// The customer that claimed the tenant.
    pub customer: Option<String>,
}

impl RegistryFacts {
    /// The part of the answer that `query` asked for. A decision stores the revisions of exactly the facts
    /// that it used.
    pub(super) fn of(&self, query: &Query) -> RegistryFacts {
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

    /// The partner with this resource name, once its account is authorized: before, no other party sees it.
    pub fn authorized(&self, name: &str) -> Option<&Partner> {
        self.authorized_account(name).map(|account| &account.partner)
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
    /// [`Fault::NotFound`] for a company, an authorized account, or a number of an authorized account that
    /// the registry does not have.
    pub fn company(&self, declared: &Company) -> Result<Option<String>> {
        let (resource_type, name, found) = match declared {
            Company::None => return Ok(None),
            Company::Organization(name) => ("organization", name, self.organization(name)),
            Company::Account(name) => ("partner", name, self.authorized_company(name)),
            Company::MpnId(number) => {
                let holder = self.mpn_id(number).and_then(|mpn_id| mpn_id.partner.as_ref());
                ("MPN ID", number, holder.and_then(|holder| self.authorized_company(holder)))
            }
        };
        let found = found.ok_or_else(|| Fault::not_found(resource_type, name))?;
        Ok(Some(found.organization.name.clone()))
    }

    fn authorized_company(&self, account: &str) -> Option<&OrganizationFact> {
        self.authorized_account(account).map(|account| &account.company)
    }

    fn authorized_account(&self, name: &str) -> Option<&Account> {
        self.accounts.get(name).filter(|account| account.partner.enrollment == Enrollment::Authorized)
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
    pub(super) fn companies_of_domain(&self, domain: &str) -> Vec<String> {
        self.domains.get(domain).map(|fact| companies(&fact.accounts)).unwrap_or_default()
    }

    /// The companies that have the registration id.
    pub(super) fn companies_of_registration(&self, key: &RegistrationKey) -> Vec<String> {
        self.registrations.get(key).map(|accounts| companies(accounts)).unwrap_or_default()
    }

    /// The revisions of all facts that were read, ordered by resource name.
    pub fn revisions(&self) -> Vec<Revision> {
        let mut revisions: Vec<Revision> = self.read().collect();
        // Of what was read twice, the present facts come first.
        revisions.sort_by(|one, other| (&one.resource, one.dated).cmp(&(&other.resource, other.dated)));
        revisions.dedup_by(|next, kept| next.resource == kept.resource);
        revisions
    }

    fn read(&self) -> impl Iterator<Item = Revision> {
        let accounts = self.accounts.iter().flat_map(|(name, account)| {
            let Account { company, revision, dated, agreement, .. } = account;
            let account = Revision { dated: *dated, ..Revision::undated(name, *revision) };
            [account, company.read(), agreement.clone()]
        });
        let organizations = self.organizations.values();
        let organizations =
            organizations.flat_map(|fact| fact.partner.clone().into_iter().chain([fact.read()]));
        let mpn_ids = self.mpn_ids.iter();
        let mpn_ids = mpn_ids.map(|(id, (_, revision))| Revision::undated(format!("mpnIds/{id}"), *revision));
        let identified = self.domains.values().map(|fact| &fact.accounts).chain(self.registrations.values());
        let identified = identified.flatten().map(|it| it.account.clone());
        accounts.chain(organizations).chain(mpn_ids).chain(identified)
    }
}

impl OrganizationFact {
    fn read(&self) -> Revision {
        Revision { dated: self.dated, ..Revision::undated(&self.organization.name, self.revision) }
    }
}

/// The companies of these accounts, each once.
fn companies(accounts: &[Identified]) -> Vec<String> {
    let companies: BTreeSet<&String> = accounts.iter().map(|it| &it.organization).collect();
    companies.into_iter().cloned().collect()
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
            let (customer, accounts) = (some(fact.customer), identified(fact.partners));
            facts.domains.insert(fact.domain, DomainFact { customer, accounts });
        }
        for fact in answer.registrations {
            let key = fact.key.ok_or_else(|| broken("registration id"))?;
            let key = RegistrationKey { country: country(&key.country)?, id: key.registration_id };
            facts.registrations.insert(key, identified(fact.partners));
        }
        Ok(facts)
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
    Ok(Account {
        partner,
        company,
        revision: fact.revision,
        dated: fact.dated,
        agreement: Revision::dated(fact.agreement, fact.agreement_revision),
        locations: fact.location_mpn_ids,
    })
}

fn organization(fact: pb::OrganizationFacts) -> OrganizationFact {
    let partner = some(fact.partner);
    let (dated, revision) = (fact.dated, fact.partner_revision);
    OrganizationFact {
        partner: partner.map(|name| Revision { dated, ..Revision::undated(name, revision) }),
        organization: Organization { name: fact.name, affiliation: some(fact.affiliation_group) },
        is_partner: fact.is_partner,
        revision: fact.revision,
        dated: fact.dated,
    }
}

fn identified(partners: Vec<pb::IdentifiedPartner>) -> Vec<Identified> {
    // A domain and a registration id have no history: the present ones count for every day.
    let identified = |it: pb::IdentifiedPartner| Identified {
        account: Revision::undated(it.name, it.revision),
        organization: it.organization,
    };
    partners.into_iter().map(identified).collect()
}

fn mpn_id(fact: pb::MpnFacts) -> Result<MpnId> {
    let kind = wire::mpn_kind(fact.kind()).ok_or_else(|| broken("kind of MPN ID"))?;
    Ok(MpnId { id: fact.number, kind, partner: some(fact.partner) })
}

#[cfg(test)]
mod tests {
    use super::*;

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
