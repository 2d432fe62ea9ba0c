//! What the other services of the suite ask: read the call, run it, answer.

use csp_proto::relationship::v1 as pb;
use csp_proto::relationship::v1::relationship_facts_service_server::RelationshipFactsService;
use csp_service::Call;
use tonic::{Request, Response, Status};

use crate::{Relationship, dissolve_customer, establish_customer, read_edges};

#[tonic::async_trait]
impl RelationshipFactsService for Relationship {
    async fn get_edges(
        &self,
        request: Request<pb::GetEdgesRequest>,
    ) -> Result<Response<pb::GetEdgesResponse>, Status> {
        let answer = read_edges::get_edges(self, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn batch_get_edges(
        &self,
        request: Request<pb::BatchGetEdgesRequest>,
    ) -> Result<Response<pb::BatchGetEdgesResponse>, Status> {
        let answer = read_edges::batch_get_edges(self, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_customer_access(
        &self,
        request: Request<pb::GetCustomerAccessRequest>,
    ) -> Result<Response<pb::GetCustomerAccessResponse>, Status> {
        let answer = read_edges::get_customer_access(self, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_served_customers(
        &self,
        request: Request<pb::ListServedCustomersRequest>,
    ) -> Result<Response<pb::ListServedCustomersResponse>, Status> {
        let answer = read_edges::list_served_customers(self, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn establish_customer(
        &self,
        request: Request<pb::EstablishCustomerRequest>,
    ) -> Result<Response<pb::EstablishCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = establish_customer::establish_customer(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn dissolve_customer(
        &self,
        request: Request<pb::DissolveCustomerRequest>,
    ) -> Result<Response<pb::DissolveCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = dissolve_customer::dissolve_customer(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }
}
