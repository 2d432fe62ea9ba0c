//! The tonic trait for the other services. They ask for the partners of a customer's subscriptions and for
//! the customers of a reseller of record, count the subscriptions under a reseller relationship or those that
//! name a reseller, close the relationship for new orders or reopen it (rule CUS-09), and preview or void the
//! order of an operation.

use csp_proto::internal::subscription::v1 as pb;
use csp_proto::internal::subscription::v1::subscription_facts_service_server::SubscriptionFactsService;
use csp_service::Call;
use tonic::{Request, Response, Status};

use crate::{SubscriptionService, edge_guard, order, subscription};

#[tonic::async_trait]
impl SubscriptionFactsService for SubscriptionService {
    async fn count_active(
        &self,
        request: Request<pb::CountActiveRequest>,
    ) -> Result<Response<pb::CountActiveResponse>, Status> {
        Ok(Response::new(edge_guard::count_active(self, request.into_inner()).await?))
    }

    async fn list_customers_of_record(
        &self,
        request: Request<pb::ListCustomersOfRecordRequest>,
    ) -> Result<Response<pb::ListCustomersOfRecordResponse>, Status> {
        Ok(Response::new(subscription::customers_of_record(self, request.into_inner()).await?))
    }

    async fn list_subscription_partners(
        &self,
        request: Request<pb::ListSubscriptionPartnersRequest>,
    ) -> Result<Response<pb::ListSubscriptionPartnersResponse>, Status> {
        Ok(Response::new(subscription::list_partners(self, request.into_inner()).await?))
    }

    async fn count_of_record(
        &self,
        request: Request<pb::CountOfRecordRequest>,
    ) -> Result<Response<pb::CountOfRecordResponse>, Status> {
        Ok(Response::new(subscription::count_of_record(self, request.into_inner()).await?))
    }

    async fn close_edge(
        &self,
        request: Request<pb::CloseEdgeRequest>,
    ) -> Result<Response<pb::CloseEdgeResponse>, Status> {
        Ok(Response::new(edge_guard::close(self, request.into_inner()).await?))
    }

    async fn reopen_edge(
        &self,
        request: Request<pb::ReopenEdgeRequest>,
    ) -> Result<Response<pb::ReopenEdgeResponse>, Status> {
        Ok(Response::new(edge_guard::reopen(self, request.into_inner()).await?))
    }

    async fn preview_order(
        &self,
        request: Request<pb::PreviewOrderRequest>,
    ) -> Result<Response<pb::PreviewOrderResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(order::preview(self, &call, request.into_inner()).await?))
    }

    async fn void_order(
        &self,
        request: Request<pb::VoidOrderRequest>,
    ) -> Result<Response<pb::VoidOrderResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(order::void(self, &call, request.into_inner()).await?))
    }
}
