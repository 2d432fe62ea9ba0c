//! The health that a server reports.

use std::net::SocketAddr;

use tonic::Request;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// The health of a server as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// The server takes calls.
    Serving,
    /// The server answers health checks and takes no calls.
    NotServing,
    /// The server does not answer.
    Silent,
}

/// Asks the server at `address`, on a new connection.
pub async fn health_of(address: SocketAddr) -> Health {
    let Ok(channel) = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await else {
        return Health::Silent;
    };
    let asked = Request::new(HealthCheckRequest { service: String::new() });
    match HealthClient::new(channel).check(asked).await.map(|answer| answer.into_inner().status()) {
        Ok(ServingStatus::Serving) => Health::Serving,
        Ok(_) => Health::NotServing,
        Err(_) => Health::Silent,
    }
}
