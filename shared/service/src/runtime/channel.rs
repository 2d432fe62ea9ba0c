//! The way to a service: over the network, or inside the process.

use std::io;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio_stream::{Stream, StreamExt, wrappers::ReceiverStream};
use tonic::transport::{Channel, Endpoint, Uri};

/// Connections inside the process that wait to be taken up.
pub const CONNECTIONS_WAITING_MAX: usize = 16;
/// How much may be on its way in one direction of a connection inside the process.
pub const CONNECTION_BYTES_MAX: usize = 256 * 1024;
/// How long a connection to a peer may take.
pub const CONNECT_WAIT_MAX: Duration = Duration::from_secs(2);
/// How often a connection that carries calls is asked whether the peer lives, and how long that may take.
pub const KEEPALIVE: Duration = Duration::from_secs(5);

/// The way to a service at `address`, for example `http://127.0.0.1:50061`. It is connected when it is needed, and
/// again whenever it broke.
pub fn reach(address: Uri) -> Channel {
    Endpoint::from(address)
        .connect_timeout(CONNECT_WAIT_MAX)
        .http2_keep_alive_interval(KEEPALIVE)
        .keep_alive_timeout(KEEPALIVE)
        .tcp_nodelay(true)
        .connect_lazy()
}

/// Connections to a listener inside the process, as they come in.
pub type Incoming = Box<dyn Stream<Item = io::Result<DuplexStream>> + Send + Unpin>;

/// A listener inside the process, and the way to it.
pub fn in_process() -> (Channel, Incoming) {
    let (arrivals, waiting) = mpsc::channel(CONNECTIONS_WAITING_MAX);
    let connector = tower::service_fn(move |_: Uri| {
        let arrivals = arrivals.clone();
        async move {
            let (near, far) = tokio::io::duplex(CONNECTION_BYTES_MAX);
            arrivals.send(far).await.map_err(|_| io::Error::from(io::ErrorKind::ConnectionRefused))?;
            Ok::<_, io::Error>(TokioIo::new(near))
        }
    });
    // The address is never looked up; it only becomes the `authority` of requests.
    let channel = Endpoint::from_static("http://in-process").connect_with_connector_lazy(connector);
    (channel, Box::new(ReceiverStream::new(waiting).map(Ok)))
}
