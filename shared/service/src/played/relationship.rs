//! Fake of the relationship service: answers about partnerships and reseller relationships, and creates and
//! removes the relationships of a customer.

use csp_proto::internal::relationship::v1 as internal;
use csp_proto::internal::relationship::v1::relationship_facts_service_server::RelationshipFactsService;
use csp_proto::relationship::v1 as pb;
use csp_proto::relationship::v1::RelationshipState;
use tonic::{Request, Response, Status};

use super::peers::page_of;
use super::{Partnership, Peers, State, relationship};

#[tonic::async_trait]
impl RelationshipFactsService for Peers {
    async fn get_edges(
        &self,
        request: Request<internal::GetEdgesRequest>,
    ) -> Result<Response<internal::GetEdgesResponse>, Status> {
        let state = self.asked("GetEdges")?;
        Ok(Response::new(state.edges(request.get_ref())))
    }

    async fn batch_get_edges(
        &self,
        request: Request<internal::BatchGetEdgesRequest>,
    ) -> Result<Response<internal::BatchGetEdgesResponse>, Status> {
        let state = self.asked("BatchGetEdges")?;
        let responses = request.get_ref().requests.iter().map(|asked| state.edges(asked)).collect();
        Ok(Response::new(internal::BatchGetEdgesResponse { responses }))
    }

    async fn get_customer_access(
        &self,
        request: Request<internal::GetCustomerAccessRequest>,
    ) -> Result<Response<internal::GetCustomerAccessResponse>, Status> {
        let state = self.asked("GetCustomerAccess")?;
        Ok(Response::new(state.access(request.get_ref())))
    }

    async fn list_customer_partners(
        &self,
        request: Request<internal::ListCustomerPartnersRequest>,
    ) -> Result<Response<internal::ListCustomerPartnersResponse>, Status> {
        let state = self.asked("ListCustomerPartners")?;
        let internal::ListCustomerPartnersRequest { customer, provider, partners } = request.into_inner();
        let served = state.relationships.iter().filter(|edge| edge.customer == customer);
        let mut names: Vec<_> = served.map(|edge| edge.partner.clone()).chain(partners).collect();
        names.sort_unstable();
        names.dedup();
        let told = |partner: String| {
            let asked = internal::GetCustomerAccessRequest {
                customer: customer.clone(),
                partner: partner.clone(),
                provider: provider.clone(),
                with_rights: true,
                ..Default::default()
            };
            internal::CustomerPartner { access: Some(state.access(&asked)), partner }
        };
        Ok(Response::new(internal::ListCustomerPartnersResponse {
            partners: names.into_iter().map(told).collect(),
        }))
    }

    async fn check_customer_partners(
        &self,
        request: Request<internal::CheckCustomerPartnersRequest>,
    ) -> Result<Response<internal::CheckCustomerPartnersResponse>, Status> {
        let state = self.asked("CheckCustomerPartners")?;
        let internal::CheckCustomerPartnersRequest { customer, partners } = request.into_inner();
        let is_present = |partner: &String| {
            let (customer, partner) = (customer.clone(), partner.clone());
            state
                .access(&internal::GetCustomerAccessRequest { customer, partner, ..Default::default() })
                .present
        };
        let connected_partners = partners.into_iter().filter(is_present).collect();
        Ok(Response::new(internal::CheckCustomerPartnersResponse { connected_partners }))
    }

    async fn list_served_customers(
        &self,
        request: Request<internal::ListServedCustomersRequest>,
    ) -> Result<Response<internal::ListServedCustomersResponse>, Status> {
        let state = self.asked("ListServedCustomers")?;
        let internal::ListServedCustomersRequest { after, limit, .. } = request.into_inner();
        let is_past = |name: &str| {
            !state
                .relationships
                .iter()
                .any(|it| it.customer == name && it.state() == RelationshipState::Active)
        };
        let told = |customer: String| internal::ServedCustomer { past: is_past(&customer), customer };
        let customers = page_of(&state.served_customers(), &after, limit).into_iter().map(told).collect();
        Ok(Response::new(internal::ListServedCustomersResponse { customers }))
    }

    async fn establish_customer(
        &self,
        request: Request<internal::EstablishCustomerRequest>,
    ) -> Result<Response<internal::EstablishCustomerResponse>, Status> {
        let mut state = self.asked("EstablishCustomer")?;
        let internal::EstablishCustomerRequest { customer, seller, reseller, .. } = request.into_inner();
        if !state.served_customers().contains(&customer) {
            let serves = |partner: &str, provider: &str| {
                let id = partner.trim_start_matches("partners/");
                let name = format!("{customer}/resellerRelationships/{id}");
                relationship(&name, partner, provider, &customer)
            };
            state.relationships.push(serves(&seller, ""));
            state.relationships.extend((!reseller.is_empty()).then(|| serves(&reseller, &seller)));
        }
        let relationships = state.relationships.iter().filter(|edge| edge.customer == customer);
        let relationships = relationships.cloned().collect();
        Ok(Response::new(internal::EstablishCustomerResponse { relationships, admin_grant: None }))
    }

    async fn dissolve_customer(
        &self,
        request: Request<internal::DissolveCustomerRequest>,
    ) -> Result<Response<internal::DissolveCustomerResponse>, Status> {
        let mut state = self.asked("DissolveCustomer")?;
        let customer = request.into_inner().customer;
        state.relationships.retain(|edge| edge.customer != customer);
        Ok(Response::new(internal::DissolveCustomerResponse {}))
    }
}

impl State {
    fn is_in_force(&self, edge: &pb::ResellerRelationship) -> bool {
        edge.state() == RelationshipState::Active && !self.relationships_are_ended
    }

    fn edges(&self, asked: &internal::GetEdgesRequest) -> internal::GetEdgesResponse {
        let partnership = |reseller: &str| {
            let connects = |it: &&Partnership| it.provider == asked.provider && it.reseller == reseller;
            self.partnerships.iter().find(connects)
        };
        let serves = |partner: &str, provider: &str| {
            let found = self.relationships.iter().find(|edge| {
                edge.customer == asked.customer && edge.partner == partner && edge.provider == provider
            })?;
            let (name, active) = (found.name.clone(), self.is_in_force(found));
            Some(internal::Edge { name, revision: 1, active, ..Default::default() })
        };
        let through_provider = serves(&asked.reseller, &asked.provider);
        let own =
            self.partner_of_tenant(&asked.customer_tenant_id).and_then(|partner| partnership(&partner.name));
        internal::GetEdgesResponse {
            partnership: partnership(&asked.reseller).map(edge),
            provider_relationship: serves(&asked.provider, ""),
            reseller_relationship: through_provider.filter(|_| !asked.provider.is_empty()),
            tenant_partnership: own.filter(|partnership| partnership.active).map(edge),
            reseller_own_relationship: serves(&asked.reseller, ""),
        }
    }

    fn access(&self, asked: &internal::GetCustomerAccessRequest) -> internal::GetCustomerAccessResponse {
        let of_tenant = self.partner_of_tenant(&asked.tenant_id).map(|partner| partner.name.as_str());
        let partner = Some(asked.partner.as_str()).filter(|name| !name.is_empty()).or(of_tenant);
        let of_customer = self.relationships.iter().filter(|edge| edge.customer == asked.customer);
        let own: Vec<_> = of_customer.clone().filter(|edge| Some(edge.partner.as_str()) == partner).collect();
        let through = own.iter().filter(|edge| self.is_in_force(edge) && !edge.provider.is_empty());
        let is_provider = of_customer.clone().any(|edge| Some(edge.provider.as_str()) == partner);
        let is_itself =
            self.customers.iter().any(|it| it.name == asked.customer && it.tenant_id == asked.tenant_id);
        let is_asked = |name: &str| asked.with_rights && Some(name) == partner;
        let partnerships = self.partnerships.iter().filter(|it| it.active && is_asked(&it.reseller));
        let told = |edge: &&pb::ResellerRelationship| {
            let state =
                if self.is_in_force(edge) { RelationshipState::Active } else { RelationshipState::Ended };
            pb::ResellerRelationship { state: state.into(), ..(*edge).clone() }
        };
        internal::GetCustomerAccessResponse {
            visible: !own.is_empty() || is_provider || is_itself,
            present: is_provider || is_itself || own.iter().any(|edge| self.is_in_force(edge)),
            providers: through.map(|edge| edge.provider.clone()).collect(),
            relationships: own.iter().map(told).collect(),
            admin_grants: self.admin_grants.iter().filter(|it| is_asked(&it.partner)).cloned().collect(),
            partnerships: partnerships.map(of_provider).collect(),
        }
    }
}

fn of_provider(partnership: &Partnership) -> internal::ProviderPartnership {
    let (name, provider) = (partnership.name.clone(), partnership.provider.clone());
    internal::ProviderPartnership { name, revision: 1, provider }
}

fn edge(partnership: &Partnership) -> internal::Edge {
    let (name, active) = (partnership.name.clone(), partnership.active);
    internal::Edge { name, revision: 1, active, admin_access: true, dated: false }
}
