//! Fake of the customer service: answers about its customers, and registers no new ones.

use csp_proto::internal::customer::v1 as pb;
use csp_proto::internal::customer::v1::customer_facts_service_server::CustomerFactsService;
use tonic::{Request, Response, Status};

use super::Peers;

#[tonic::async_trait]
impl CustomerFactsService for Peers {
    async fn get_facts(
        &self,
        request: Request<pb::GetFactsRequest>,
    ) -> Result<Response<pb::GetFactsResponse>, Status> {
        let state = self.asked("GetFacts")?;
        let asked = request.into_inner();
        let customers = state.customers.iter().filter(|customer| {
            asked.customers.contains(&customer.name) || asked.tenant_ids.contains(&customer.tenant_id)
        });
        Ok(Response::new(pb::GetFactsResponse { customers: customers.cloned().collect() }))
    }

    async fn register_invited(
        &self,
        _: Request<pb::RegisterInvitedRequest>,
    ) -> Result<Response<pb::RegisterInvitedResponse>, Status> {
        Err(Status::unimplemented("the fake customer service registers no customers"))
    }
}
