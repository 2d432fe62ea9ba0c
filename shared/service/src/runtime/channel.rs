//! Channels to a service, over the network or inside the process.

use std::io;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio_stream::{Stream, StreamExt, wrappers::ReceiverStream};
use tonic::transport::{Channel, Endpoint, Uri};

/// Maximum number of connections inside the process that wait to be accepted.
pub const CONNECTIONS_WAITING_MAX: usize = 16;
/// Buffer size of one direction of a connection inside the process, in bytes.
pub const CONNECTION_BYTES_MAX: usize = 256 * 1024;
/// Maximum time to connect to a peer.
pub const CONNECT_WAIT_MAX: Duration = Duration::from_secs(2);
/// Interval of HTTP/2 keepalive pings on a connection with calls in flight, and the maximum wait for their
/// answer.
pub const KEEPALIVE: Duration = Duration::from_secs(5);

/// A channel to the service at `address`, for example `http://127.0.0.1:50061`. The channel connects at first
/// use, and reconnects after its connection broke.
pub fn reach(address: Uri) -> Channel {
    Endpoint::from(address)
        .connect_timeout(CONNECT_WAIT_MAX)
        .http2_keep_alive_interval(KEEPALIVE)
        .keep_alive_timeout(KEEPALIVE)
        .tcp_nodelay(true)
        .connect_lazy()
}

/// The incoming connections of a listener inside the process.
pub type Incoming = Box<dyn Stream<Item = io::Result<DuplexStream>> + Send + Unpin>;

/// A listener inside the process, and a channel to it.
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
    // The address is never resolved; it only becomes the `authority` of requests.
    let channel = Endpoint::from_static("http://in-process").connect_with_connector_lazy(connector);
    (channel, Box::new(ReceiverStream::new(waiting).map(Ok)))
}
