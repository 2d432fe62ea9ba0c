//! The way from a command of `csp` to a running suite.

use std::net::SocketAddr;

use csp_service::DevelopmentToken;
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

use crate::failure::Failure;

/// A connection to the suite at `server`.
pub(crate) async fn open(server: SocketAddr) -> Result<Channel, Failure> {
    let endpoint = Endpoint::from_shared(format!("http://{server}"))
        .map_err(|error| Failure::Usage(format!("`{server}` is no address of a suite: {error}")))?;
    endpoint.connect().await.map_err(|_| Failure::NotRunning(server))
}

/// A request of the operator.
pub(crate) fn by_operator<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    // A development token is made of characters that every header takes.
    if let Ok(value) = format!("Bearer {}", DevelopmentToken::operator().encode()).parse() {
        request.metadata_mut().insert("authorization", value);
    }
    request
}
