//! Other services of the suite, as one of them calls them: the caller, the trace and the deadline are passed
//! on, and a peer that cannot be asked is told from one that refuses.

use std::io;

use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;
use tokio_stream::{Stream, StreamExt, wrappers::ReceiverStream};
use tonic::metadata::{MetadataValue, errors::InvalidMetadataValue};
use tonic::transport::{Channel, Endpoint, Uri};
use tonic::{Code, Request, Status};

use crate::call::Call;
use crate::fault::Fault;
use crate::gate::TRACE_HEADER;
use crate::identity::CALLER_HEADER;

/// Connections inside the process that wait to be taken up.
pub const CONNECTIONS_WAITING_MAX: usize = 16;
/// How much may be on its way in one direction of a connection inside the process.
pub const CONNECTION_BYTES_MAX: usize = 256 * 1024;

/// Another service.
#[derive(Debug, Clone)]
pub struct Peer {
    name: &'static str,
    channel: Channel,
}

impl Peer {
    /// The service `name`, reached by `channel`.
    pub fn new(name: &'static str, channel: Channel) -> Self {
        Peer { name, channel }
    }

    /// Its name, for example `relationship`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The way to it, for a generated client.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// A request on behalf of the caller of `call`, in the time that is left of it.
    pub fn request<T>(&self, call: &Call, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(left) = call.remaining() {
            request.set_timeout(left);
        }
        let metadata = request.metadata_mut();
        metadata.insert_bin(CALLER_HEADER, MetadataValue::from_bytes(&call.claims().encode()));
        let trace: Result<_, InvalidMetadataValue> = call.trace.parse();
        if let Ok(trace) = trace {
            metadata.insert(TRACE_HEADER, trace);
        }
        request
    }

    /// What a failed call of the peer means: a refusal is passed on unchanged, everything that leaves open
    /// what the peer would have said means that it could not be asked.
    pub fn fault(&self, status: Status) -> Fault {
        match status.code() {
            Code::Ok
            | Code::Cancelled
            | Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
            | Code::Unauthenticated => {
                tracing::warn!(peer = self.name, code = ?status.code(), message = status.message(), "peer failed");
                Fault::Peer { peer: self.name }
            }
            _ => Fault::PeerAnswered(Box::new(status)),
        }
    }
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

#[cfg(test)]
mod tests {
    use csp_policy::{Caller, Party, Role};
    use http::HeaderMap;

    use super::*;
    use crate::identity::Credentials;

    #[tokio::test]
    async fn the_caller_is_passed_on() {
        let (channel, _incoming) = in_process();
        let caller = Caller {
            party: Party::Partner { tenant: "contoso.example".to_owned() },
            roles: vec![Role::SalesAgent],
        };
        let call = Call::made_by(caller.clone(), "ana", "SubmitOrder");
        let request = Peer::new("relationship", channel).request(&call, ());
        let headers: HeaderMap = request.metadata().clone().into_headers();
        let claims = Credentials::Internal.read(&headers).unwrap();
        assert_eq!((claims.caller(), claims.subject()), (caller, "ana"));
    }

    #[tokio::test]
    async fn a_refusal_is_passed_on_and_a_failure_is_not() {
        let peer = Peer::new("relationship", in_process().0);
        assert!(matches!(peer.fault(Status::not_found("x")), Fault::PeerAnswered(_)));
        assert!(matches!(peer.fault(Status::failed_precondition("x")), Fault::PeerAnswered(_)));
        for failure in [Status::unavailable("x"), Status::internal("x"), Status::cancelled("x")] {
            assert!(matches!(peer.fault(failure), Fault::Peer { peer: "relationship" }));
        }
    }
}
