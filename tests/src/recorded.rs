//! Records which RPCs were called and whether they succeeded: coverage is counted from these records.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use http::{Request, Response};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::Service;

use crate::Route;
use crate::documented::must_be_documented;

static ANSWERED: Mutex<BTreeSet<(String, bool)>> = Mutex::new(BTreeSet::new());

/// Every RPC that this process called: its path, and whether a call of it succeeded. An RPC has up to two
/// entries.
pub fn answered() -> BTreeSet<(String, bool)> {
    ANSWERED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// A connection that records whether each RPC succeeded, and asserts that the contract documents each error.
#[derive(Debug, Clone)]
pub struct Recorded {
    way: Route,
}

impl Recorded {
    /// A connection over the route `way`.
    pub fn new(way: impl Into<Route>) -> Self {
        Recorded { way: way.into() }
    }
}

impl Service<Request<Body>> for Recorded {
    type Response = Response<Body>;
    type Error = tonic::transport::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        // Readiness is awaited for each call, on the connection that it takes.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let path = request.uri().path().to_owned();
        let mut channel = self.way.of_path(&path);
        let detour = self.way.detour().cloned();
        Box::pin(async move {
            std::future::poll_fn(|context| channel.poll_ready(context)).await?;
            let response = match detour {
                Some(detour) => detour.make(channel, request).await?,
                None => channel.call(request).await?,
            };
            // A refused unary call carries its status in the headers, a successful one in the trailers.
            let status = Status::from_header_map(response.headers());
            let refusal = status.filter(|status| status.code() != Code::Ok);
            refusal.iter().for_each(|status| must_be_documented(&path, status));
            let refused = refusal.is_some();
            ANSWERED.lock().unwrap_or_else(PoisonError::into_inner).insert((path, !refused));
            Ok(response)
        })
    }
}
