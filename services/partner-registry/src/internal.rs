//! The gRPC service for the other services of the suite: each method runs one command or query and returns
//! its response.

use csp_proto::internal::partner_registry::v1 as pb;
use csp_proto::internal::partner_registry::v1::partner_facts_service_server::PartnerFactsService;
use csp_service::Call;
use tonic::{Request, Response, Status};

use crate::PartnerRegistryService;
use crate::{claim, facts};

#[tonic::async_trait]
impl PartnerFactsService for PartnerRegistryService {
    async fn get_facts(
        &self,
        request: Request<pb::GetFactsRequest>,
    ) -> Result<Response<pb::GetFactsResponse>, Status> {
        Ok(Response::new(facts::get(self, request.into_inner()).await?))
    }

    async fn claim_customer(
        &self,
        request: Request<pb::ClaimCustomerRequest>,
    ) -> Result<Response<pb::ClaimCustomerResponse>, Status> {
        let deadline = Call::of(&request)?.deadline;
        Ok(Response::new(claim::claim_customer(self, deadline, request.into_inner()).await?))
    }

    async fn release_customer(
        &self,
        request: Request<pb::ReleaseCustomerRequest>,
    ) -> Result<Response<pb::ReleaseCustomerResponse>, Status> {
        let deadline = Call::of(&request)?.deadline;
        Ok(Response::new(claim::release_customer(self, deadline, request.into_inner()).await?))
    }
}
