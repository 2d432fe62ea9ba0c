//! What other services need to know of the registry, in one snapshot: `GetFacts`.

use std::collections::BTreeMap;

use csp_policy::Day;
use csp_proto::partner_registry::v1 as pb;
use csp_proto::r#type::v1::Cloud;
use csp_service::{Fault, Fields, Result};
use csp_store::Connection;

use crate::PartnerRegistry;
use crate::names::{self, ORGANIZATIONS, PARTNERS};
use crate::organization::Organization;
use crate::partner::Partner;
use crate::read;
use crate::store::claim::{self, Kind};
use crate::words::Word;

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
        let mpn_ids = list("mpn_ids", &request.mpn_ids, names::read_mpn_number);
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

pub(crate) async fn get(
    service: &PartnerRegistry,
    request: pb::GetFactsRequest,
) -> Result<pb::GetFactsResponse> {
    let query = Query::try_from(&request)?;
    let mut reader = service.book.store.read().await?;
    let conn = reader.conn();
    let mut facts = pb::GetFactsResponse::default();
    // Keyed by name: an account that is asked for in several ways is told once.
    let mut partners = BTreeMap::new();
    for name in &query.partners {
        note(&mut partners, read::partner(conn, name).await?);
    }
    for tenant in &query.tenants {
        note(&mut partners, read::account_of(conn, tenant).await?);
        facts.tenants.push(tenant_facts(conn, tenant).await?);
    }
    for number in &query.mpn_ids {
        let Some(mpn_id) = read::mpn_id(conn, number).await? else { continue };
        if let Some(name) = &mpn_id.row().partner {
            note(&mut partners, read::partner(conn, name).await?);
        }
        facts.mpn_ids.push(pb::MpnFacts {
            number: number.clone(),
            revision: mpn_id.row().revision,
            kind: mpn_id.kind().into(),
            partner: mpn_id.row().partner.clone().unwrap_or_default(),
        });
    }
    for name in &query.organizations {
        if let Some(organization) = read::organization(conn, name).await? {
            facts.organizations.push(organization_facts(conn, &organization, query.as_of).await?);
        }
    }
    for domain in &query.domains {
        let customer = claim::holder(conn, Kind::Domain, domain).await?.unwrap_or_default();
        facts.domains.push(pb::DomainFacts { domain: domain.clone(), customer });
    }
    for partner in partners.values() {
        facts.partners.push(partner_facts(conn, partner, query.as_of).await?);
    }
    Ok(facts)
}

fn note(partners: &mut BTreeMap<String, Partner>, partner: Option<Partner>) {
    if let Some(partner) = partner {
        partners.insert(partner.name(), partner);
    }
}

async fn tenant_facts(conn: &mut Connection, tenant: &str) -> Result<pb::TenantFacts> {
    Ok(pb::TenantFacts {
        tenant: tenant.to_owned(),
        csp_tenant_of: claim::holder(conn, Kind::CspTenant, tenant).await?.unwrap_or_default(),
        customer: claim::holder(conn, Kind::CustomerTenant, tenant).await?.unwrap_or_default(),
    })
}

async fn partner_facts(conn: &mut Connection, partner: &Partner, as_of: Day) -> Result<pb::PartnerFacts> {
    let fact = read::fact(conn, partner, as_of).await?;
    let row = partner.row();
    Ok(pb::PartnerFacts {
        name: partner.name(),
        revision: row.revision,
        kind: partner.kind().into(),
        tenant: row.tenant.clone(),
        cloud: Cloud::read(&row.cloud).into(),
        country: row.country.clone(),
        organization: Some(organization_facts(conn, &fact.organization, as_of).await?),
        enrollment_state: partner.enrollment_state().into(),
        standing: partner.standing().into(),
        onboarded: partner.is_onboarded(),
        agreement_since: fact.partner.agreement_since.map(|day| day.to_string()).unwrap_or_default(),
        legal_name: row.legal_name.clone(),
        tenant_country: partner.tenant_country()?.as_str().to_owned(),
    })
}

async fn organization_facts(
    conn: &mut Connection,
    organization: &Organization,
    as_of: Day,
) -> Result<pb::OrganizationFacts> {
    let name = organization.name();
    let accounts = read::accounts(conn, &name).await?;
    Ok(pb::OrganizationFacts {
        revision: organization.row().revision,
        affiliation_group: organization.group_on(as_of).unwrap_or_default().to_owned(),
        // An application makes nobody a partner before it is reviewed.
        is_partner: accounts.iter().any(Partner::is_authorized),
        name,
    })
}
