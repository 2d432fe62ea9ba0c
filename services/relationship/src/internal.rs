//! What the other services of the suite ask: read the call, run it, answer.

use csp_proto::relationship::v1 as pb;
use csp_proto::relationship::v1::relationship_facts_service_server::RelationshipFactsService;
use csp_service::Call;
use tonic::{Request, Response, Status};

use crate::{Relationship, customer_edges};

#[tonic::async_trait]
impl RelationshipFactsService for Relationship {
    async fn get_edges(
        &self,
        request: Request<pb::GetEdgesRequest>,
    ) -> Result<Response<pb::GetEdgesResponse>, Status> {
        let answer = customer_edges::read::get_edges(self, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn batch_get_edges(
        &self,
        request: Request<pb::BatchGetEdgesRequest>,
    ) -> Result<Response<pb::BatchGetEdgesResponse>, Status> {
        let answer = customer_edges::read::batch_get_edges(self, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_customer_access(
        &self,
        request: Request<pb::GetCustomerAccessRequest>,
    ) -> Result<Response<pb::GetCustomerAccessResponse>, Status> {
        let answer = customer_edges::read::get_customer_access(self, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_served_customers(
        &self,
        request: Request<pb::ListServedCustomersRequest>,
    ) -> Result<Response<pb::ListServedCustomersResponse>, Status> {
        let answer = customer_edges::read::list_served_customers(self, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn establish_customer(
        &self,
        request: Request<pb::EstablishCustomerRequest>,
    ) -> Result<Response<pb::EstablishCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = customer_edges::establish::establish_customer(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn dissolve_customer(
        &self,
        request: Request<pb::DissolveCustomerRequest>,
    ) -> Result<Response<pb::DissolveCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = customer_edges::dissolve::dissolve_customer(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }
}
