//! Fake of the subscription service: places, reads and voids orders, and keeps the guard of a relationship.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use csp_proto::internal::subscription::v1 as internal;
use csp_proto::internal::subscription::v1::subscription_facts_service_server::SubscriptionFactsService;
use csp_proto::subscription::v1 as pb;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

use super::Peers;
use super::peers::page_of;

#[tonic::async_trait]
impl SubscriptionFactsService for Peers {
    async fn count_active(
        &self,
        _: Request<internal::CountActiveRequest>,
    ) -> Result<Response<internal::CountActiveResponse>, Status> {
        let state = self.asked("CountActive")?;
        let orders = i64::try_from(state.orders.len()).unwrap_or(i64::MAX);
        let count = state.subscriptions_told.unwrap_or(orders);
        Ok(Response::new(internal::CountActiveResponse { count, first: Vec::new() }))
    }

    async fn count_of_record(
        &self,
        _: Request<internal::CountOfRecordRequest>,
    ) -> Result<Response<internal::CountOfRecordResponse>, Status> {
        let state = self.asked("CountOfRecord")?;
        let count = i32::try_from(state.orders.len()).unwrap_or(i32::MAX);
        Ok(Response::new(internal::CountOfRecordResponse { count }))
    }

    async fn list_customers_of_record(
        &self,
        request: Request<internal::ListCustomersOfRecordRequest>,
    ) -> Result<Response<internal::ListCustomersOfRecordResponse>, Status> {
        let state = self.asked("ListCustomersOfRecord")?;
        let internal::ListCustomersOfRecordRequest { after, limit, customers, .. } = request.into_inner();
        let is_asked = |name: &&String| customers.is_empty() || customers.contains(name);
        let of_record: Vec<_> = state.customers_of_record.iter().filter(is_asked).cloned().collect();
        let customers = page_of(&of_record, &after, limit);
        Ok(Response::new(internal::ListCustomersOfRecordResponse { customers }))
    }

    async fn list_subscription_partners(
        &self,
        _: Request<internal::ListSubscriptionPartnersRequest>,
    ) -> Result<Response<internal::ListSubscriptionPartnersResponse>, Status> {
        drop(self.asked("ListSubscriptionPartners")?);
        Ok(Response::new(internal::ListSubscriptionPartnersResponse::default()))
    }

    async fn close_edge(
        &self,
        request: Request<internal::CloseEdgeRequest>,
    ) -> Result<Response<internal::CloseEdgeResponse>, Status> {
        let orders = self.asked("CloseEdge")?.orders.len();
        let (closed, count) = self.guard.close(request.into_inner().begin_micros, orders).await;
        Ok(Response::new(internal::CloseEdgeResponse { closed, count }))
    }

    async fn reopen_edge(
        &self,
        request: Request<internal::ReopenEdgeRequest>,
    ) -> Result<Response<internal::ReopenEdgeResponse>, Status> {
        drop(self.asked("ReopenEdge")?);
        self.guard.reopen(request.into_inner().until_micros);
        Ok(Response::new(internal::ReopenEdgeResponse {}))
    }

    async fn void_order(
        &self,
        request: Request<internal::VoidOrderRequest>,
    ) -> Result<Response<internal::VoidOrderResponse>, Status> {
        let mut state = self.asked("VoidOrder")?;
        let id = request.into_inner().operation.trim_start_matches("operations/").to_owned();
        let placed = state.orders.contains(&id);
        if !placed {
            state.voided.push(id);
        }
        Ok(Response::new(internal::VoidOrderResponse { placed }))
    }

    async fn preview_order(
        &self,
        _: Request<internal::PreviewOrderRequest>,
    ) -> Result<Response<internal::PreviewOrderResponse>, Status> {
        let state = self.asked("PreviewOrder")?;
        Ok(Response::new(internal::PreviewOrderResponse {
            quote: Some(pb::Quote::default()),
            decision: Some(state.order_decision.clone()),
        }))
    }
}

/// `SubmitOrder` and `GetOrder`: the RPCs of the public service that other services call.
#[derive(Debug, Clone)]
pub(super) struct Orders(pub(super) Peers);

impl NamedService for Orders {
    const NAME: &'static str = "csp.subscription.v1.SubscriptionService";
}

impl Orders {
    fn place(&self, id: String) -> Result<pb::SubmitOrderResponse, Status> {
        let mut state = self.0.asked("SubmitOrder")?;
        if state.voided.contains(&id) {
            return Err(Status::invalid_argument("that request id was used"));
        }
        let order = Some(order(&id));
        if !state.orders.contains(&id) {
            state.orders.push(id);
        } else if state.answers_are_forgotten {
            return Err(Status::already_exists("that order exists"));
        }
        Ok(pb::SubmitOrderResponse { order, ..Default::default() })
    }

    fn read(&self, name: &str) -> Result<pb::GetOrderResponse, Status> {
        let state = self.0.asked("GetOrder")?;
        let found = state.orders.iter().map(|id| order(id)).find(|order| order.name == name);
        Ok(pb::GetOrderResponse { order: Some(found.ok_or_else(|| Status::not_found("no such order"))?) })
    }
}

fn order(id: &str) -> pb::Order {
    let customer = "customers/tailspin".to_owned();
    pb::Order { name: format!("{customer}/orders/{id}"), customer, ..Default::default() }
}

impl UnaryService<pb::SubmitOrderRequest> for Orders {
    type Response = pb::SubmitOrderResponse;
    type Future = Ready<Result<Response<Self::Response>, Status>>;

    fn call(&mut self, request: Request<pb::SubmitOrderRequest>) -> Self::Future {
        ready(self.place(request.into_inner().order_id).map(Response::new))
    }
}

impl UnaryService<pb::GetOrderRequest> for Orders {
    type Response = pb::GetOrderResponse;
    type Future = Ready<Result<Response<Self::Response>, Status>>;

    fn call(&mut self, request: Request<pb::GetOrderRequest>) -> Self::Future {
        ready(self.read(&request.into_inner().name).map(Response::new))
    }
}

impl tower::Service<http::Request<Body>> for Orders {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let orders = self.clone();
        Box::pin(async move {
            if request.uri().path().ends_with("/GetOrder") {
                let codec = ProstCodec::<pb::GetOrderResponse, pb::GetOrderRequest>::default();
                return Ok(Grpc::new(codec).unary(orders, request).await);
            }
            let codec = ProstCodec::<pb::SubmitOrderResponse, pb::SubmitOrderRequest>::default();
            Ok(Grpc::new(codec).unary(orders, request).await)
        })
    }
}
