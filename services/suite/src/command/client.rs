//! The gRPC client of the commands that call a running suite.

use std::net::SocketAddr;

use csp_service::DevelopmentToken;
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

use crate::failure::Failure;

/// Connects to the suite at `server`.
///
/// # Errors
/// [`Failure::NotRunning`] when nothing answers there.
pub(crate) async fn open(server: SocketAddr) -> Result<Channel, Failure> {
    let endpoint = Endpoint::from_shared(format!("http://{server}"))
        .map_err(|error| Failure::Usage(format!("`{server}` is no address of a suite: {error}")))?;
    endpoint.connect().await.map_err(|_| Failure::NotRunning(server))
}

/// A request with the operator's development credential.
pub(crate) fn by_operator<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    // Parsing cannot fail: a development token has only characters that are allowed in a header.
    if let Ok(value) = format!("Bearer {}", DevelopmentToken::operator().encode()).parse() {
        request.metadata_mut().insert("authorization", value);
    }
    request
}
