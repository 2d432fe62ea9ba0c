//! The RPCs for the other services of the suite: each runs one function of `customer_edges/` and returns its
//! response.

use csp_proto::internal::relationship::v1 as pb;
use csp_service::Call;
use tonic::{Request, Response, Status};

use crate::{RelationshipService, customer_edges};

#[tonic::async_trait]
impl pb::relationship_facts_service_server::RelationshipFactsService for RelationshipService {
    async fn get_edges(
        &self,
        request: Request<pb::GetEdgesRequest>,
    ) -> Result<Response<pb::GetEdgesResponse>, Status> {
        Ok(Response::new(customer_edges::get_edges(self, request.into_inner()).await?))
    }

    async fn batch_get_edges(
        &self,
        request: Request<pb::BatchGetEdgesRequest>,
    ) -> Result<Response<pb::BatchGetEdgesResponse>, Status> {
        Ok(Response::new(customer_edges::batch_get_edges(self, request.into_inner()).await?))
    }

    async fn get_customer_access(
        &self,
        request: Request<pb::GetCustomerAccessRequest>,
    ) -> Result<Response<pb::GetCustomerAccessResponse>, Status> {
        Ok(Response::new(customer_edges::get_customer_access(self, request.into_inner()).await?))
    }

    async fn list_customer_partners(
        &self,
        request: Request<pb::ListCustomerPartnersRequest>,
    ) -> Result<Response<pb::ListCustomerPartnersResponse>, Status> {
        Ok(Response::new(customer_edges::list_customer_partners(self, request.into_inner()).await?))
    }

    async fn check_customer_partners(
        &self,
        request: Request<pb::CheckCustomerPartnersRequest>,
    ) -> Result<Response<pb::CheckCustomerPartnersResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = customer_edges::check_customer_partners(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_served_customers(
        &self,
        request: Request<pb::ListServedCustomersRequest>,
    ) -> Result<Response<pb::ListServedCustomersResponse>, Status> {
        Ok(Response::new(customer_edges::list_served_customers(self, request.into_inner()).await?))
    }

    async fn establish_customer(
        &self,
        request: Request<pb::EstablishCustomerRequest>,
    ) -> Result<Response<pb::EstablishCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(customer_edges::establish(self, &call, request.into_inner()).await?))
    }

    async fn dissolve_customer(
        &self,
        request: Request<pb::DissolveCustomerRequest>,
    ) -> Result<Response<pb::DissolveCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(customer_edges::dissolve(self, &call, request.into_inner()).await?))
    }
}
