//! Fake of the partner registry: partners, companies, MPN IDs, and the claims of tenants and domains.

use csp_proto::internal::partner_registry::v1 as pb;
use csp_proto::internal::partner_registry::v1::partner_facts_service_server::PartnerFactsService;
use tonic::{Request, Response, Status};

use super::{Peers, State};

#[tonic::async_trait]
impl PartnerFactsService for Peers {
    async fn get_facts(
        &self,
        request: Request<pb::GetFactsRequest>,
    ) -> Result<Response<pb::GetFactsResponse>, Status> {
        let state = self.asked("GetFacts")?;
        Ok(Response::new(facts(&state, &request.into_inner())))
    }

    async fn claim_customer(
        &self,
        request: Request<pb::ClaimCustomerRequest>,
    ) -> Result<Response<pb::ClaimCustomerResponse>, Status> {
        let mut state = self.asked("ClaimCustomer")?;
        let pb::ClaimCustomerRequest { customer, tenant_id: tenant, domain, .. } = request.into_inner();
        let other = |key: &String| state.claims.get(key).filter(|holder| **holder != customer).cloned();
        let (tenant_customer, domain_customer) = (other(&tenant), other(&domain));
        let csp_tenant_of = state.partner_of_tenant(&tenant).map(|partner| partner.name.clone());
        let claimed = tenant_customer.is_none() && domain_customer.is_none() && csp_tenant_of.is_none();
        if claimed {
            state.claims.extend([(tenant, customer.clone()), (domain, customer)]);
        }
        Ok(Response::new(pb::ClaimCustomerResponse {
            claimed,
            csp_tenant_of: csp_tenant_of.unwrap_or_default(),
            tenant_customer: tenant_customer.unwrap_or_default(),
            domain_customer: domain_customer.unwrap_or_default(),
        }))
    }

    async fn release_customer(
        &self,
        request: Request<pb::ReleaseCustomerRequest>,
    ) -> Result<Response<pb::ReleaseCustomerResponse>, Status> {
        let mut state = self.asked("ReleaseCustomer")?;
        let pb::ReleaseCustomerRequest { customer, operation } = request.into_inner();
        state.claims.retain(|_, holder| *holder != customer);
        state.released.push(operation);
        Ok(Response::new(pb::ReleaseCustomerResponse {}))
    }
}

fn facts(state: &State, asked: &pb::GetFactsRequest) -> pb::GetFactsResponse {
    let mpn_ids = state.mpn_ids.iter().filter(|mpn_id| asked.mpn_ids.contains(&mpn_id.number)).cloned();
    let mpn_ids: Vec<_> = mpn_ids.collect();
    let partners = state.partners.iter().filter(|partner| {
        asked.partners.contains(&partner.name)
            || asked.tenant_ids.contains(&partner.tenant_id)
            || mpn_ids.iter().any(|mpn_id| mpn_id.partner == partner.name)
    });
    let organizations = state.organizations.iter().filter(|known| asked.organizations.contains(&known.name));
    let holder = |key: &String| state.claims.get(key).cloned().unwrap_or_default();
    let csp_tenant_of = |tenant: &String| {
        state.partner_of_tenant(tenant).map(|partner| partner.name.clone()).unwrap_or_default()
    };
    let tenants = asked.tenant_ids.iter().map(|tenant| pb::TenantFacts {
        tenant_id: tenant.clone(),
        csp_tenant_of: csp_tenant_of(tenant),
        customer: holder(tenant),
    });
    let domains = asked.domains.iter().map(|domain| pb::DomainFacts {
        domain: domain.clone(),
        customer: holder(domain),
        ..Default::default()
    });
    pb::GetFactsResponse {
        partners: partners.cloned().collect(),
        organizations: organizations.cloned().collect(),
        tenants: tenants.collect(),
        domains: domains.collect(),
        registrations: Vec::new(),
        mpn_ids,
    }
}
