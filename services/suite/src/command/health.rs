//! `csp health`: whether a server takes calls, for probes. An image without a shell has no other client.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use tokio::time::timeout;
use tonic::Status;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::command::client;
use crate::config::LISTEN_DEFAULT;
use crate::failure::Failure;

/// `csp health`. Ends with 0 when the server takes calls, with 1 when it does not or when it does not answer.
#[derive(Debug, Clone, Args)]
pub struct Health {
    /// The server to ask
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
    /// A gRPC service of it, like `csp.customer.v1.CustomerService`. Left out: the server as a whole
    #[arg(long)]
    pub service: Option<String>,
    /// Be content with any answer: a server whose database is away is not helped by a restart
    #[arg(long)]
    pub alive: bool,
}

/// How long a server may take to answer, with the connection to it: less than a prober waits for this command.
pub const ANSWER_WAIT_MAX: Duration = Duration::from_secs(2);

/// Asks the server once; what it says otherwise than that it serves is a failure.
pub async fn run(asked: Health) -> Result<String, Failure> {
    let Ok(answer) = timeout(ANSWER_WAIT_MAX, ask(&asked)).await else {
        return Err(Failure::NotRunning(asked.server));
    };
    let status = answer?;
    let (server, said) = (asked.server, status.as_str_name());
    if status == ServingStatus::Serving || asked.alive {
        return Ok(format!("{server}: {said}"));
    }
    Err(Failure::NotServing { server, said })
}

async fn ask(asked: &Health) -> Result<ServingStatus, Failure> {
    let mut health = HealthClient::new(client::open(asked.server).await?);
    let request = HealthCheckRequest { service: asked.service.clone().unwrap_or_default() };
    let refused = |status: Status| Failure::of_call(asked.server, status);
    Ok(health.check(request).await.map_err(refused)?.into_inner().status())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tonic::transport::Server;
    use tonic::transport::server::TcpIncoming;
    use tonic_health::ServingStatus as Told;

    use super::*;

    const WELL: &str = "csp.customer.v1.CustomerService";
    const UNWELL: &str = "csp.relationship.v1.RelationshipService";

    /// A server that tells one service well, another unwell, and itself unwell as a whole.
    async fn server() -> SocketAddr {
        let (reporter, health) = tonic_health::server::health_reporter();
        for (name, status) in [(WELL, Told::Serving), (UNWELL, Told::NotServing), ("", Told::NotServing)] {
            reporter.set_service_status(name, status).await;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Server::builder().add_service(health);
        tokio::spawn(serving.serve_with_incoming(TcpIncoming::from(listener)));
        address
    }

    fn about(server: SocketAddr, service: Option<&str>) -> Health {
        Health { server, service: service.map(str::to_owned), alive: false }
    }

    #[tokio::test]
    async fn a_service_that_serves_is_well() {
        let server = server().await;
        assert_eq!(run(about(server, Some(WELL))).await.unwrap(), format!("{server}: SERVING"));
    }

    #[tokio::test]
    async fn what_does_not_serve_is_unwell_but_alive() {
        let server = server().await;
        for asked in [about(server, None), about(server, Some(UNWELL))] {
            let told = run(asked.clone()).await.unwrap_err().to_string();
            assert_eq!(told, format!("the suite at `{server}` takes no calls: it says NOT_SERVING"));
            let alive = run(Health { alive: true, ..asked }).await.unwrap();
            assert_eq!(alive, format!("{server}: NOT_SERVING"));
        }
    }

    #[tokio::test]
    async fn a_service_that_is_not_there_is_neither_well_nor_alive() {
        let asked = about(server().await, Some("csp.billing.v1.BillingService"));
        for asked in [asked.clone(), Health { alive: true, ..asked }] {
            assert!(run(asked).await.unwrap_err().to_string().starts_with("NotFound"));
        }
    }

    #[tokio::test]
    async fn a_server_that_takes_the_connection_and_is_silent_is_not_waited_for() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let asked = about(silent.local_addr().unwrap(), None);
        let asked = Health { alive: true, ..asked };
        assert!(matches!(run(asked).await, Err(Failure::NotRunning(_))));
    }
}
