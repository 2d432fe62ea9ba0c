//! Which RPCs were called, and how they were answered: what coverage is counted from.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::body::Body;
use tonic::transport::Channel;
use tower::Service;

static ANSWERED: Mutex<BTreeSet<(String, bool)>> = Mutex::new(BTreeSet::new());

/// Every RPC that this process called, as path and whether it succeeded.
pub fn answered() -> BTreeSet<(String, bool)> {
    ANSWERED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A connection that remembers how each RPC was answered.
#[derive(Debug, Clone)]
pub struct Recorded {
    channel: Channel,
}

impl Recorded {
    /// Remembers what goes over `channel`.
    pub fn new(channel: Channel) -> Self {
        Recorded { channel }
    }
}

impl Service<Request<Body>> for Recorded {
    type Response = Response<Body>;
    type Error = tonic::transport::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.channel.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let path = request.uri().path().to_owned();
        let answer = self.channel.call(request);
        Box::pin(async move {
            let response = answer.await?;
            // A refused unary call carries its status in the headers, a successful one in the trailers.
            let refused = response.headers().get("grpc-status").is_some_and(|status| status != "0");
            ANSWERED.lock().unwrap_or_else(PoisonError::into_inner).insert((path, !refused));
            Ok(response)
        })
    }
}
