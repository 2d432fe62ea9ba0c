//! The RPCs for the other services of the suite.

use csp_proto::internal::customer::v1 as pb;
use csp_proto::internal::customer::v1::customer_facts_service_server::CustomerFactsService;
use csp_service::Call;
use tonic::{Request, Response, Status};

use crate::{CustomerService, creation, customer};

#[tonic::async_trait]
impl CustomerFactsService for CustomerService {
    async fn get_facts(
        &self,
        request: Request<pb::GetFactsRequest>,
    ) -> Result<Response<pb::GetFactsResponse>, Status> {
        customer::facts::get(self, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn register_invited(
        &self,
        request: Request<pb::RegisterInvitedRequest>,
    ) -> Result<Response<pb::RegisterInvitedResponse>, Status> {
        let call = Call::of(&request)?;
        creation::register_invited(self, &call, request.into_inner())
            .await
            .map(Response::new)
            .map_err(Status::from)
    }
}
