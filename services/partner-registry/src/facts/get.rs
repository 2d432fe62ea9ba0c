//! What other services need to know of the registry, in one snapshot: `GetFacts`.

use std::collections::{BTreeMap, BTreeSet};

use csp_policy::Day;
use csp_proto::partner_registry::v1::{self as pb, MpnKind};
use csp_proto::r#type::v1::{Cloud, PartnerKind};
use csp_service::{Fault, Fields, Result};

use crate::PartnerRegistry;
use crate::agreement;
use crate::names::{self, ORGANIZATIONS, PARTNERS};
use crate::partner;
use crate::store::claim::Kind;
use crate::store::facts::{
    self, AccountRow, ClaimRow, CompanyRow, FoundRow, Key, Keys, MpnRow, SignatureRow,
};
use crate::words::{self, Word};

/// Entries of one list of a request, at most.
const ENTRIES_MAX: usize = 50;

/// What is asked for, well formed.
struct Query {
    as_of: Day,
    partners: Vec<String>,
    tenants: Vec<String>,
    mpn_ids: Vec<String>,
    organizations: Vec<String>,
    domains: Vec<String>,
}

impl TryFrom<&pb::GetFactsRequest> for Query {
    type Error = Fault;

    fn try_from(request: &pb::GetFactsRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let as_of = fields.day("as_of", &request.as_of);
        let mut list =
            |field: &'static str, values: &[String], read: fn(&mut Fields, &str, &str) -> Option<String>| {
                fields.number(field, values.len(), 0..=ENTRIES_MAX)?;
                let values: Vec<_> = values.iter().map(|value| read(&mut fields, field, value)).collect();
                values.into_iter().collect::<Option<Vec<String>>>()
            };
        let partners = list("partners", &request.partners, |fields, field, value| {
            fields.resource_name(field, value, PARTNERS)
        });
        let tenants = list("tenants", &request.tenants, Fields::tenant);
        let mpn_ids = list("mpn_ids", &request.mpn_ids, Fields::mpn_number);
        let organizations = list("organizations", &request.organizations, |fields, field, value| {
            fields.resource_name(field, value, ORGANIZATIONS)
        });
        let domains = list("domains", &request.domains, Fields::domain);
        fields.finish(|| {
            Some(Query {
                as_of: as_of?,
                partners: partners?,
                tenants: tenants?,
                mpn_ids: mpn_ids?,
                organizations: organizations?,
                domains: domains?,
            })
        })
    }
}

/// What the tables hold of it.
#[derive(Default)]
struct Found {
    claims: Vec<ClaimRow>,
    mpn_ids: Vec<MpnRow>,
    /// By id.
    accounts: BTreeMap<String, Account>,
    companies: Vec<CompanyRow>,
}

/// An account, and what its company signed.
struct Account {
    row: AccountRow,
    signatures: Vec<SignatureRow>,
}

pub(crate) async fn get(
    service: &PartnerRegistry,
    request: pb::GetFactsRequest,
) -> Result<pb::GetFactsResponse> {
    let query = Query::try_from(&request)?;
    let found = Found::from(query.read(service).await?);
    let partners = found.accounts.values().map(|account| account.fact(query.as_of));
    let mpn_ids = query.mpn_ids.iter().filter_map(|number| found.mpn_id(number));
    let organizations = query.organizations.iter().filter_map(|name| found.organization(name));
    Ok(pb::GetFactsResponse {
        partners: partners.collect::<Result<_>>()?,
        organizations: organizations.collect(),
        mpn_ids: mpn_ids.collect(),
        tenants: query.tenants.iter().map(|tenant| found.tenant(tenant)).collect(),
        domains: query.domains.iter().map(|domain| found.domain(domain)).collect(),
    })
}

impl Query {
    /// Everything is one statement, and so one snapshot, as no two statements are.
    async fn read(&self, service: &PartnerRegistry) -> Result<Vec<FoundRow>> {
        let claims: Vec<&str> = self.tenants.iter().chain(&self.domains).map(String::as_str).collect();
        let mpn_ids: Vec<&str> = self.mpn_ids.iter().map(String::as_str).collect();
        let keys = Keys {
            day: &self.as_of.to_string(),
            claims: &claims,
            mpn_ids: &mpn_ids,
            accounts: &ids(&self.partners),
            companies: &ids(&self.organizations),
        };
        let mut reader = service.book.store.read_once().await?;
        Ok(facts::found(&mut reader, keys).await?)
    }
}

impl From<Vec<FoundRow>> for Found {
    /// An account that was found in several ways is one account, and so is one of a company that signed often.
    fn from(rows: Vec<FoundRow>) -> Self {
        let mut found = Found::default();
        for FoundRow { key, account, signature } in rows {
            match key {
                Key::Claim(claim) => found.claims.push(claim),
                Key::MpnId(mpn_id) => found.mpn_ids.push(mpn_id),
                Key::Account => {}
                Key::Company(company) => found.companies.push(company),
            }
            if let Some(row) = account {
                let id = row.id.clone();
                let account = found.accounts.entry(id).or_insert(Account { row, signatures: Vec::new() });
                account.signatures.extend(signature);
            }
        }
        found
    }
}

impl Found {
    fn holder(&self, kind: Kind, value: &str) -> String {
        let is_it = |claim: &&ClaimRow| claim.kind == kind.word() && claim.value == value;
        self.claims.iter().find(is_it).map(|claim| claim.holder.clone()).unwrap_or_default()
    }

    fn tenant(&self, tenant: &str) -> pb::TenantFacts {
        pb::TenantFacts {
            tenant: tenant.to_owned(),
            csp_tenant_of: self.holder(Kind::CspTenant, tenant),
            customer: self.holder(Kind::CustomerTenant, tenant),
        }
    }

    fn domain(&self, domain: &str) -> pb::DomainFacts {
        pb::DomainFacts { domain: domain.to_owned(), customer: self.holder(Kind::Domain, domain) }
    }

    fn mpn_id(&self, number: &str) -> Option<pb::MpnFacts> {
        let row = self.mpn_ids.iter().find(|row| row.number == number)?;
        Some(pb::MpnFacts {
            number: row.number.clone(),
            revision: row.revision,
            kind: MpnKind::read(&row.kind).into(),
            partner: row.partner.clone().unwrap_or_default(),
        })
    }

    fn organization(&self, name: &str) -> Option<pb::OrganizationFacts> {
        self.companies.iter().find(|row| row.company_id == names::id(name)).map(organization)
    }
}

impl Account {
    fn fact(&self, as_of: Day) -> Result<pb::PartnerFacts> {
        let Account { row, signatures } = self;
        let signatures =
            signatures.iter().map(|signature| (signature.region.as_str(), signature.sign_date.parse().ok()));
        let signed = agreement::covered_since(signatures, words::country(&row.country)?, as_of);
        Ok(pb::PartnerFacts {
            name: names::name(PARTNERS, &row.id),
            revision: row.revision,
            kind: PartnerKind::read(&row.kind).into(),
            tenant: row.tenant.clone(),
            cloud: Cloud::read(&row.cloud).into(),
            country: row.country.clone(),
            organization: Some(organization(&row.company)),
            enrollment_state: pb::EnrollmentState::read(&row.enrollment_state).into(),
            standing: pb::Standing::read(&row.standing).into(),
            onboarded: !row.mpn_ids.is_empty(),
            agreement_since: signed.map(|day| day.to_string()).unwrap_or_default(),
            legal_name: row.legal_name.clone(),
            tenant_country: partner::tenant_country(&row.tenant_country, &row.country)?.as_str().to_owned(),
        })
    }
}

fn organization(row: &CompanyRow) -> pb::OrganizationFacts {
    pb::OrganizationFacts {
        name: names::name(ORGANIZATIONS, &row.company_id),
        revision: row.company_revision,
        affiliation_group: row.affiliation_group.clone(),
        is_partner: row.is_partner != 0,
    }
}

/// The ids in those names, each once.
fn ids(names: &[String]) -> Vec<&str> {
    let ids: BTreeSet<&str> = names.iter().map(|name| names::id(name)).collect();
    ids.into_iter().collect()
}
