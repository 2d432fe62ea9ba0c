//! A subscription service that guards one relationship, and answers when it is told to.

use std::future::Future;
use std::sync::Arc;

use csp_proto::subscription::v1 as pb;
use csp_proto::subscription::v1::subscription_facts_service_server::SubscriptionFactsService;
use tokio::sync::watch;
use tonic::{Request, Response, Status};

/// The guard of a relationship under which nothing is sold.
#[derive(Clone)]
pub(super) struct Orders(Arc<watch::Sender<Guard>>);

#[derive(Default)]
struct Guard {
    /// By which marks it was to be closed, in order.
    closes: Vec<i64>,
    close_time: i64,
    reopen_time: i64,
    is_closed: bool,
    /// An order comes before each end, and is cancelled after it.
    is_held: bool,
    /// The closes that are not answered, counted from 1.
    unanswered: Vec<usize>,
}

impl Orders {
    pub(super) fn new() -> Self {
        Orders(Arc::new(watch::Sender::new(Guard::default())))
    }

    pub(super) fn closes(&self) -> Vec<i64> {
        self.0.borrow().closes.clone()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.borrow().is_closed
    }

    pub(super) fn hold(&self, is_held: bool) {
        self.0.send_modify(|guard| guard.is_held = is_held);
    }

    /// Leaves the close of that number without an answer; what is given back waits until it was made.
    pub(super) fn leave_unanswered(&self, number: usize) -> impl Future<Output = ()> + use<> {
        self.0.send_modify(|guard| guard.unanswered.push(number));
        let mut guard = self.0.subscribe();
        async move {
            guard.wait_for(|guard| guard.closes.len() >= number).await.unwrap();
        }
    }

    /// Answers the close of that number.
    pub(super) fn answer(&self, number: usize) {
        self.0.send_modify(|guard| guard.unanswered.retain(|unanswered| *unanswered != number));
    }

    pub(super) fn answer_all(&self) {
        self.0.send_modify(|guard| guard.unanswered.clear());
    }
}

#[tonic::async_trait]
impl SubscriptionFactsService for Orders {
    async fn count_active(
        &self,
        _: Request<pb::CountActiveRequest>,
    ) -> Result<Response<pb::CountActiveResponse>, Status> {
        Ok(Response::new(pb::CountActiveResponse { count: 0 }))
    }

    async fn close_edge(
        &self,
        request: Request<pb::CloseEdgeRequest>,
    ) -> Result<Response<pb::CloseEdgeResponse>, Status> {
        let begun = request.into_inner().begin_micros;
        let mut closed = false;
        let mut number = 0;
        self.0.send_modify(|guard| {
            guard.closes.push(begun);
            number = guard.closes.len();
            closed = guard.reopen_time < begun && !guard.is_held;
            if closed {
                guard.is_closed = true;
                guard.close_time = guard.close_time.max(begun);
            }
        });
        let mut guard = self.0.subscribe();
        guard.wait_for(|guard| !guard.unanswered.contains(&number)).await.unwrap();
        Ok(Response::new(pb::CloseEdgeResponse { closed, count: i64::from(!closed) }))
    }

    async fn reopen_edge(
        &self,
        request: Request<pb::ReopenEdgeRequest>,
    ) -> Result<Response<pb::ReopenEdgeResponse>, Status> {
        let until = request.into_inner().until_micros;
        self.0.send_modify(|guard| {
            if guard.close_time <= until && guard.reopen_time < until {
                guard.is_closed = false;
                guard.reopen_time = until;
            }
        });
        Ok(Response::new(pb::ReopenEdgeResponse {}))
    }

    async fn void_order(
        &self,
        _: Request<pb::VoidOrderRequest>,
    ) -> Result<Response<pb::VoidOrderResponse>, Status> {
        Err(Status::unimplemented("nobody asks"))
    }
}
