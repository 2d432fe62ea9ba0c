//! What stands behind the gate.

use std::convert::Infallible;

use http::{Request, Response};
use tonic::body::Body;
use tower::Service;

/// The routes of the services.
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

/// Lets the services answer.
pub(crate) async fn handle<S: Handler>(mut handler: S, request: Request<Body>) -> Response<Body> {
    let ready: Result<(), Infallible> = std::future::poll_fn(|context| handler.poll_ready(context)).await;
    let Ok(()) = ready;
    let Ok(response) = handler.call(request).await;
    response
}
