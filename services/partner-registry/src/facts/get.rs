//! The facts that other services need from the registry, read in one snapshot: `GetFacts`.

use std::collections::{BTreeMap, BTreeSet};

use csp_policy::{Country, Day};
use csp_proto::internal::partner_registry::v1 as pb;
use csp_service::wire;
use csp_service::{Fault, Fields, Result};

use super::table::{
    self, AccountRow, ClaimRow, CompanyRow, FoundRow, IdentifierRow, Key, Keys, MpnRow, SignatureRow,
};
use crate::claim::table::Kind;
use crate::partner::identifier;
use crate::{PartnerRegistryService, agreement, organization, partner, resource_name};

/// Maximum number of entries in each list of a request.
const ENTRIES_MAX: usize = 50;

/// The parsed request.
struct Query {
    as_of: Day,
    /// The day of enrolment and standing; `None` for the present ones.
    status_day: Option<Day>,
    partners: Vec<String>,
    tenants: Vec<String>,
    mpn_ids: Vec<String>,
    organizations: Vec<String>,
    domains: Vec<String>,
    registrations: Vec<Registration>,
}

/// A registration id with its country.
struct Registration {
    country: Country,
    id: String,
}

impl TryFrom<&pb::GetFactsRequest> for Query {
    type Error = Fault;

    fn try_from(request: &pb::GetFactsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let as_of = fields.day("as_of_date", &request.as_of_date);
        let mut list =
            |field: &'static str, values: &[String], read: fn(&mut Fields, &str, &str) -> Option<String>| {
                fields.number(field, values.len(), 0..=ENTRIES_MAX)?;
                let values: Vec<_> = values.iter().map(|value| read(&mut fields, field, value)).collect();
                values.into_iter().collect::<Option<Vec<String>>>()
            };
        let partners = list("partners", &request.partners, |fields, field, value| {
            fields.resource_name(field, value, partner::COLLECTION)
        });
        let tenants = list("tenant_ids", &request.tenant_ids, Fields::tenant);
        let mpn_ids = list("mpn_ids", &request.mpn_ids, Fields::mpn_number);
        let organizations = list("organizations", &request.organizations, |fields, field, value| {
            fields.resource_name(field, value, organization::COLLECTION)
        });
        let domains = list("domains", &request.domains, Fields::domain);
        let count = fields.number("registrations", request.registrations.len(), 0..=ENTRIES_MAX);
        let registrations: Vec<_> = request
            .registrations
            .iter()
            .map(|it| Some((fields.country("registrations.country", &it.country)?, &it.registration_id)))
            .map(|it| it.map(|(country, id)| Registration { country, id: id.clone() }))
            .collect();
        let registrations = registrations.into_iter().collect::<Option<Vec<_>>>().filter(|_| count.is_some());
        fields.finish(|| {
            Some(Query {
                as_of: as_of?,
                status_day: as_of.filter(|_| request.recorded),
                partners: partners?,
                tenants: tenants?,
                mpn_ids: mpn_ids?,
                organizations: organizations?,
                domains: domains?,
                registrations: registrations?,
            })
        })
    }
}

/// The rows that the keys of a request found.
#[derive(Default)]
struct Found {
    claims: Vec<ClaimRow>,
    mpn_ids: Vec<MpnRow>,
    /// By account id.
    accounts: BTreeMap<String, Account>,
    companies: Vec<CompanyRow>,
    identifiers: Vec<IdentifierRow>,
}

/// An account with its company and the company's signatures of the partner agreement.
struct Account {
    row: AccountRow,
    company: CompanyRow,
    signatures: Vec<SignatureRow>,
}

pub(crate) async fn get(
    service: &PartnerRegistryService,
    request: pb::GetFactsRequest,
) -> Result<pb::GetFactsResponse> {
    let query = Query::try_from(&request)?;
    let found = Found::from(query.read(service).await?);
    let partners = found.accounts.values().map(|account| account.fact(query.as_of));
    let mpn_ids = query.mpn_ids.iter().filter_map(|number| found.mpn_id(number));
    let organizations = query.organizations.iter().filter_map(|name| found.organization(name));
    Ok(pb::GetFactsResponse {
        partners: partners.collect(),
        organizations: organizations.collect(),
        mpn_ids: mpn_ids.collect(),
        tenants: query.tenants.iter().map(|tenant| found.tenant(tenant)).collect(),
        domains: query.domains.iter().map(|domain| found.domain(domain)).collect(),
        registrations: query.registrations.iter().map(|it| found.registration(it)).collect(),
    })
}

impl Query {
    /// Reads everything in one SQL statement: two statements would not share a snapshot.
    async fn read(&self, service: &PartnerRegistryService) -> Result<Vec<FoundRow>> {
        let claims: Vec<&str> = self.tenants.iter().chain(&self.domains).map(String::as_str).collect();
        let mpn_ids: Vec<&str> = self.mpn_ids.iter().map(String::as_str).collect();
        let domains = self.domains.iter().map(|it| identifier::domain(it));
        let identifiers: Vec<String> =
            domains.chain(self.registrations.iter().filter_map(Registration::identifier)).collect();
        let identifiers: Vec<&str> = identifiers.iter().map(String::as_str).collect();
        let keys = Keys {
            day: &self.as_of.to_string(),
            status_day: &self.status_day.map(|day| day.to_string()).unwrap_or_default(),
            claims: &claims,
            mpn_ids: &mpn_ids,
            accounts: &ids(&self.partners),
            companies: &ids(&self.organizations),
            identifiers: &identifiers,
        };
        let mut reader = service.book.store.read_once().await?;
        table::found(&mut reader, keys).await
    }
}

impl Registration {
    fn identifier(&self) -> Option<String> {
        identifier::registration(self.country, &self.id)
    }
}

impl From<Vec<FoundRow>> for Found {
    /// Merges the rows of an account: the account has one row for each key that found it and each signature
    /// of its company.
    fn from(rows: Vec<FoundRow>) -> Self {
        let mut found = Found::default();
        for FoundRow { key, account, signature } in rows {
            match key {
                Key::Claim(claim) => found.claims.push(claim),
                Key::MpnId(mpn_id) => found.mpn_ids.push(mpn_id),
                Key::Account => {}
                Key::Company(company) => found.companies.push(company),
                Key::Identifier(identifier) => found.identifiers.push(identifier),
            }
            if let Some((row, company)) = account {
                let id = row.id.clone();
                let account =
                    found.accounts.entry(id).or_insert(Account { row, company, signatures: Vec::new() });
                account.signatures.extend(signature);
            }
        }
        found
    }
}

impl Found {
    fn holder(&self, kind: Kind, value: &str) -> String {
        let is_it = |claim: &&ClaimRow| claim.what == kind && claim.value == value;
        self.claims.iter().find(is_it).map(|claim| claim.holder.clone()).unwrap_or_default()
    }

    fn tenant(&self, tenant: &str) -> pb::TenantFacts {
        pb::TenantFacts {
            tenant_id: tenant.to_owned(),
            csp_tenant_of: self.holder(Kind::CspTenant, tenant),
            customer: self.holder(Kind::CustomerTenant, tenant),
        }
    }

    fn domain(&self, domain: &str) -> pb::DomainFacts {
        pb::DomainFacts {
            domain: domain.to_owned(),
            customer: self.holder(Kind::Domain, domain),
            partners: self.identified(&identifier::domain(domain)),
        }
    }

    fn registration(&self, asked: &Registration) -> pb::RegistrationFacts {
        let partners = asked.identifier().map(|identifier| self.identified(&identifier));
        pb::RegistrationFacts {
            key: Some(pb::RegistrationKey {
                country: asked.country.to_string(),
                registration_id: asked.id.clone(),
            }),
            partners: partners.unwrap_or_default(),
        }
    }

    /// The accounts that this identifier names, each once.
    fn identified(&self, identifier: &str) -> Vec<pb::IdentifiedPartner> {
        let rows = self.identifiers.iter().filter(|it| it.value == identifier);
        let by_name: BTreeMap<_, _> = rows.map(|row| (&row.holder, row)).collect();
        let identified = |row: &IdentifierRow| pb::IdentifiedPartner {
            name: row.holder.clone(),
            revision: row.key_revision,
            organization: resource_name::of(organization::COLLECTION, &row.company_id),
        };
        by_name.into_values().map(identified).collect()
    }

    fn mpn_id(&self, number: &str) -> Option<pb::MpnFacts> {
        let row = self.mpn_ids.iter().find(|row| row.value == number)?;
        Some(pb::MpnFacts {
            number: row.value.clone(),
            revision: row.key_revision,
            kind: row.mpn_kind.0.into(),
            partner: row.holder.clone().unwrap_or_default(),
        })
    }

    fn organization(&self, name: &str) -> Option<pb::OrganizationFacts> {
        self.companies.iter().find(|row| row.company_id == wire::id_of(name)).map(company)
    }
}

impl Account {
    fn fact(&self, as_of: Day) -> pb::PartnerFacts {
        let Account { row, company: holder, signatures } = self;
        let name = resource_name::of(partner::COLLECTION, &row.id);
        let given = |signature: &SignatureRow| (signature.region.0, signature.sign_date);
        let signed = agreement::first_covering(signatures, given, row.country.0, as_of);
        let read = signed.or_else(|| signatures.iter().find(|it| it.agreement_account == name));
        let account = read.map_or(&name, |signature| &signature.agreement_account);
        pb::PartnerFacts {
            agreement: agreement::name_of(account),
            agreement_revision: read.map_or(0, |signature| signature.agreement_revision),
            name: name.clone(),
            revision: row.revision,
            kind: row.kind.0.into(),
            tenant_id: row.tenant.clone(),
            cloud: row.cloud.0.into(),
            country: row.country.0.as_str().to_owned(),
            organization: Some(company(holder)),
            enrollment_state: row.enrollment_state.0.into(),
            standing: row.standing.0.into(),
            onboarded: !row.mpn_ids.0.is_empty(),
            agreement_since_date: signed.map(|signature| signature.sign_date.to_string()).unwrap_or_default(),
            legal_name: row.legal_name.clone(),
            tenant_country: row.tenant_country.0.as_str().to_owned(),
            dated: row.dated,
            location_mpn_ids: row.mpn_ids.0.iter().map(|name| wire::id_of(name).to_owned()).collect(),
        }
    }
}

fn company(row: &CompanyRow) -> pb::OrganizationFacts {
    let member = Some(&row.member).filter(|id| !id.is_empty());
    let member = member.map(|id| resource_name::of(partner::COLLECTION, id));
    pb::OrganizationFacts {
        name: resource_name::of(organization::COLLECTION, &row.company_id),
        revision: row.company_revision,
        affiliation_group: row.affiliation_group.clone(),
        is_partner: !row.member.is_empty(),
        dated: row.company_dated,
        partner: member.unwrap_or_default(),
        partner_revision: row.member_revision,
    }
}

/// The ids in these resource names, without duplicates.
fn ids(names: &[String]) -> Vec<&str> {
    let ids: BTreeSet<&str> = names.iter().map(|name| wire::id_of(name)).collect();
    ids.into_iter().collect()
}
