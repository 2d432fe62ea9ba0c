//! The interface of the services behind the gate.

use std::convert::Infallible;

use http::{Request, Response};
use tonic::body::Body;
use tower::Service;

/// A tower service that answers gRPC requests and never fails: the routes of the services behind the gate.
pub trait Handler:
    Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone + Send + 'static
{
}

impl<S> Handler for S where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static
{
}

/// Waits until the services are ready, and lets them answer the request.
pub(crate) async fn handle<S: Handler>(mut handler: S, request: Request<Body>) -> Response<Body> {
    let ready: Result<(), Infallible> = std::future::poll_fn(|context| handler.poll_ready(context)).await;
    let Ok(()) = ready;
    let Ok(response) = handler.call(request).await;
    response
}
