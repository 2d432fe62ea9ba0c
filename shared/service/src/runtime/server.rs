//! The server: services behind a gate, with health, reflection and gRPC-Web. A stopping server drains within
//! [`DRAIN_MAX`].

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http::{Request, Response};
use prost::Message;
use prost_types::FileDescriptorSet;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_stream::Stream;
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::service::{Routes, RoutesBuilder};
use tonic::transport::Server;
use tonic::transport::server::{Connected, TcpIncoming};
use tonic_health::server::health_reporter;
use tower::Service;

use crate::runtime::gate::Gate;
use crate::runtime::handler::Handler;
use crate::runtime::health::{self, Health};

/// Maximum number of concurrent HTTP/2 streams on one connection.
pub const STREAMS_PER_CONNECTION_MAX: u32 = 1024;
/// Maximum size of the headers of one request, in bytes.
pub const HEADER_BYTES_MAX: u32 = 16 * 1024;
/// Maximum time that calls in flight get to finish after the shutdown signal.
pub const DRAIN_MAX: Duration = Duration::from_secs(10);
/// Interval of keepalive pings on a silent connection.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);
/// Maximum wait for the answer to a keepalive ping.
const KEEPALIVE_WAIT_MAX: Duration = Duration::from_secs(10);

/// Why a server ended without the shutdown signal, or did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The server cannot listen on the address.
    #[error(
        "cannot listen on `{address}`: {source}; remedy: stop the process that listens there, or use another address"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The listener failed.
    #[error("the listener failed: {0}")]
    Listener(#[from] io::Error),
    /// The descriptors of the contract are damaged.
    #[error("the descriptors of the contract are damaged: {0}")]
    Contract(String),
    /// The transport failed.
    #[error("the transport failed: {0}")]
    Transport(#[from] tonic::transport::Error),
    /// The descriptors for reflection are damaged.
    #[error("the descriptors for reflection are damaged: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// Development mode listens on loopback addresses only.
    #[error("`{0}` is no loopback address; remedy: listen on 127.0.0.1 or [::1] in development mode")]
    NotLoopback(SocketAddr),
}

/// The services of one listener.
#[derive(Debug, Clone, Default)]
pub struct Services {
    routes: RoutesBuilder,
    names: Vec<&'static str>,
}

impl Services {
    /// An empty set of services.
    pub fn new() -> Self {
        Services::default()
    }

    /// Adds a generated gRPC server.
    #[must_use]
    pub fn with<S>(mut self, service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.routes.add_service(service);
        self.names.push(S::NAME);
        self
    }

    /// Full names of the gRPC services, in the order in which they were added.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }
}

/// Refuses an address that other machines can reach: development mode does not authenticate its callers.
///
/// # Errors
/// [`ServeError::NotLoopback`].
pub fn refuse_non_loopback(address: SocketAddr) -> Result<(), ServeError> {
    if address.ip().is_loopback() { Ok(()) } else { Err(ServeError::NotLoopback(address)) }
}

/// Serves the services on a socket until `shutdown` completes, and then drains.
///
/// # Errors
/// [`ServeError`] when the transport fails or the reflection descriptors are damaged.
pub async fn serve(
    listener: TcpListener,
    services: Services,
    gate: Gate,
    health: Health,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    // Without TCP_NODELAY a small answer waits for more data to send.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let (reporter, health_server) = health_reporter();
    let (names, mut routes) = (services.names, services.routes);
    routes.add_service(health_server);
    routes.add_service(reflection(&names)?.build_v1()?);
    routes.add_service(reflection(&names)?.build_v1alpha()?);
    // Report the health once before the first caller can ask.
    health.tell(&reporter, &names).await;
    let ending = async {
        tokio::select! {
            () = health.tell_on_and_on(&reporter, &names) => {}
            () = shutdown => {}
        }
        health::report_stop(&reporter, &names).await;
    };
    serve_routes(incoming, routes.routes(), gate, ending).await
}

/// Serves the services on connections inside the process, without health and reflection, until `shutdown`
/// completes, and then drains.
///
/// # Errors
/// [`ServeError::Transport`].
pub async fn serve_in_process(
    incoming: crate::runtime::channel::Incoming,
    services: Services,
    gate: Gate,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    serve_routes(incoming, services.routes.routes(), gate, shutdown).await
}

/// The packages of what the services tell each other.
const INTERNAL: &str = "csp.internal.";

/// The reflection service. Both versions serve the same data, because older clients know only v1alpha. The
/// descriptors of `google.rpc` are included: without them clients print error details as raw bytes. What the
/// services tell each other is published to nobody.
fn reflection(
    served: &[&'static str],
) -> Result<tonic_reflection::server::Builder<'static>, tonic_reflection::server::Error> {
    let mut contract = FileDescriptorSet::decode(csp_proto::FILE_DESCRIPTOR_SET)?;
    contract.file.retain(|file| !file.package().starts_with(INTERNAL));
    let builder = tonic_reflection::server::Builder::configure()
        .register_file_descriptor_set(contract)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET)
        .include_reflection_service(false);
    let always = [
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    ];
    let published = served.iter().copied().filter(|name| !name.starts_with(INTERNAL));
    Ok(published.chain(always).fold(builder, tonic_reflection::server::Builder::with_service_name))
}

async fn serve_routes<I, IO>(
    incoming: I,
    routes: Routes,
    gate: Gate,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServeError>
where
    I: Stream<Item = io::Result<IO>>,
    IO: AsyncRead + AsyncWrite + Connected + Unpin + Send + 'static,
    Routes: Handler,
{
    let (drain, drained) = oneshot::channel::<()>();
    let server = Server::builder()
        .accept_http1(true)
        .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX)
        .http2_max_header_list_size(HEADER_BYTES_MAX)
        .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEPALIVE_WAIT_MAX))
        // Outermost layer, so that the gate's own answers also reach browsers.
        .layer(tonic_web::GrpcWebLayer::new())
        .layer(gate.clone())
        .serve_with_incoming_shutdown(routes.prepare(), incoming, async {
            // The sender is dropped only together with this server.
            let _ = drained.await;
        });
    let mut server = std::pin::pin!(server);
    tokio::select! {
        ended = &mut server => return Ok(ended?),
        () = shutdown => {}
    }
    gate.drain();
    // An error means that the server has already ended.
    let _ = drain.send(());
    let ending = async {
        let ended = server.await;
        gate.idle().await;
        ended
    };
    match tokio::time::timeout(DRAIN_MAX, ending).await {
        Ok(ended) => Ok(ended?),
        Err(_) => {
            tracing::warn!("the drain ended with calls still in flight; their clients must retry");
            Ok(())
        }
    }
}
