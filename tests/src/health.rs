//! What a listener tells of its health.

use std::net::SocketAddr;

use tonic::Request;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// How the server as a whole is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It takes calls.
    Serving,
    /// It answers, and takes no calls.
    NotServing,
    /// It does not answer.
    Silent,
}

/// Asks whoever listens at `address`, on a connection of its own.
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
