//! `csp health`: asks whether a server serves calls. It is the probe of deployments: the container image has
//! no shell and no other gRPC client.

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

/// The arguments of `csp health`. The exit code is 0 when the server serves calls, and 1 when it does not or
/// does not answer.
#[derive(Debug, Clone, Args)]
pub struct Health {
    /// The server to ask
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
    /// A gRPC service of the server, like `csp.customer.v1.CustomerService`. Left out: the server as a whole
    #[arg(long)]
    pub service: Option<String>,
    /// Accept any answer, for a liveness probe: a restart does not help a server whose database is away
    #[arg(long)]
    pub alive: bool,
}

/// Maximum time for connecting and the answer together: less than the deployments' probes wait for this
/// command.
pub const ANSWER_WAIT_MAX: Duration = Duration::from_secs(2);

/// Asks the server once for its health.
///
/// # Errors
/// [`Failure::NotServing`] when the status is not SERVING, unless `alive` is set; [`Failure::NotRunning`]
/// when no server answers in time; [`Failure::Refused`] when the gRPC service is unknown.
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

    /// A server that reports one service as serving, and another service and the server as a whole as not
    /// serving.
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
    async fn a_serving_service_passes_the_health_check() {
        let server = server().await;
        assert_eq!(run(about(server, Some(WELL))).await.unwrap(), format!("{server}: SERVING"));
    }

    #[tokio::test]
    async fn a_server_that_does_not_serve_fails_the_health_check_and_counts_as_alive() {
        let server = server().await;
        for asked in [about(server, None), about(server, Some(UNWELL))] {
            let failure = run(asked.clone()).await.unwrap_err().to_string();
            assert_eq!(failure, format!("the suite at `{server}` takes no calls: it says NOT_SERVING"));
            let alive = run(Health { alive: true, ..asked }).await.unwrap();
            assert_eq!(alive, format!("{server}: NOT_SERVING"));
        }
    }

    #[tokio::test]
    async fn an_unknown_service_fails_the_health_check_and_the_alive_check() {
        let asked = about(server().await, Some("csp.billing.v1.BillingService"));
        for asked in [asked.clone(), Health { alive: true, ..asked }] {
            assert!(run(asked).await.unwrap_err().to_string().starts_with("NotFound"));
        }
    }

    #[tokio::test]
    async fn the_health_check_gives_up_on_a_server_that_accepts_and_never_answers() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let asked = about(silent.local_addr().unwrap(), None);
        let asked = Health { alive: true, ..asked };
        assert!(matches!(run(asked).await, Err(Failure::NotRunning(_))));
    }
}
