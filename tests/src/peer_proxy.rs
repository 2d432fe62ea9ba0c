//! A proxy between two services that understands gRPC: it forwards calls, delays them, or answers them
//! falsely.
//!
//! The false answers (lies) imitate two defects of a suite: a cache of facts that outlives a revocation, and
//! a fence that is missing. They are negative controls: a test that claims to detect these defects must fail
//! under them.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use csp_proto::internal::partner_registry::v1::ClaimCustomerResponse;
use csp_proto::internal::subscription::v1::CloseEdgeResponse;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use prost::Message;
use prost::bytes::{BufMut, Bytes, BytesMut};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tonic::body::Body;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};
use tower::{Service, ServiceExt};

/// The RPCs that ask any service for facts.
const FACTS: [&str; 4] = ["/GetFacts", "/GetEdges", "/BatchGetEdges", "/GetCustomerAccess"];
/// The RPC that closes a relationship to new orders.
const CLOSES: &str = "/CloseEdge";
/// The RPC that claims a customer's tenant.
const CLAIMS: &str = "/ClaimCustomer";

/// Which calls are answered falsely.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lies {
    /// A question about facts always gets the first answer to that question.
    pub stale_facts: bool,
    /// `CloseEdge` and `ClaimCustomer` get an answer of success, and the service does not get the call.
    pub ignored_fences: bool,
}

impl Lies {
    /// No false answers.
    pub const NONE: Lies = Lies { stale_facts: false, ignored_fences: false };
    /// See [`Lies::stale_facts`].
    pub const STALE_FACTS: Lies = Lies { stale_facts: true, ..Lies::NONE };
    /// See [`Lies::ignored_fences`].
    pub const IGNORED_FENCES: Lies = Lies { ignored_fences: true, ..Lies::NONE };
    /// Both kinds of false answers.
    pub const BOTH: Lies = Lies { stale_facts: true, ignored_fences: true };

    /// The false answers in words, for the table of faults.
    pub fn words(&self) -> &'static str {
        match (self.stale_facts, self.ignored_fences) {
            (false, false) => "no false answers",
            (true, false) => "stale facts",
            (false, true) => "ignored fences",
            (true, true) => "stale facts and ignored fences",
        }
    }
}

/// A kind of message that a door can hold up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// The registry's answer with facts about a tenant.
    Facts,
    /// The request that establishes the edges of a customer with the tenant.
    Edges,
    /// The customer service's answer with the customer of this name.
    Customer,
}

impl Door {
    fn is_on(self, path: &str) -> bool {
        path.ends_with(match self {
            Door::Facts => "PartnerFactsService/GetFacts",
            Door::Edges => "RelationshipFactsService/EstablishCustomer",
            Door::Customer => "CustomerService/GetCustomer",
        })
    }
}

/// The doors that are closed: they hold up messages about a tenant or a customer. Clones share the doors.
#[derive(Debug, Clone, Default)]
pub struct Doors {
    closed: watch::Sender<BTreeSet<(Door, String)>>,
    waiting: watch::Sender<BTreeSet<String>>,
}

impl Doors {
    /// From now on holds up the messages of this kind if the request names `tenant`, which may also be a
    /// customer's name.
    pub fn close(&self, door: Door, tenant: &str) {
        self.closed.send_modify(|closed| {
            closed.insert((door, tenant.to_owned()));
        });
    }

    /// Lets every message about the tenant pass.
    pub fn open(&self, tenant: &str) {
        self.closed.send_modify(|closed| closed.retain(|(_, held_up)| held_up != tenant));
    }

    /// Waits until a message about the tenant has been held up.
    pub async fn wait_for(&self, tenant: &str) {
        let mut waiting = self.waiting.subscribe();
        waiting.wait_for(|waiting| waiting.contains(tenant)).await.unwrap();
    }

    async fn pass(&self, door: Door, path: &str, message: &[u8]) {
        if !door.is_on(path) {
            return;
        }
        // One call may name several tenants.
        let held_up = |closed: &BTreeSet<(Door, String)>| {
            let tenants = closed.iter().filter(|(of, _)| *of == door).map(|(_, tenant)| tenant);
            tenants.filter(|tenant| names(message, tenant)).cloned().collect::<Vec<_>>()
        };
        let tenants = held_up(&self.closed.borrow());
        if tenants.is_empty() {
            return;
        }
        self.waiting.send_modify(|waiting| waiting.extend(tenants));
        self.closed.subscribe().wait_for(|closed| held_up(closed).is_empty()).await.unwrap();
    }
}

fn names(message: &[u8], tenant: &str) -> bool {
    message.windows(tenant.len()).any(|window| window == tenant.as_bytes())
}

/// A proxy in front of a service. It stops when dropped.
#[derive(Debug)]
pub struct Between {
    address: SocketAddr,
    passed: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl Between {
    /// Starts a proxy before the service at `target` that follows `lies` and `doors`.
    pub async fn start(target: SocketAddr, lies: Lies, doors: Doors) -> Between {
        let peer = Endpoint::from_shared(format!("http://{target}")).unwrap().connect_lazy();
        Self::before(peer, lies, doors).await
    }

    /// Starts a proxy before the service that `peer` connects to, which follows `lies` and `doors`.
    pub async fn before(peer: Channel, lies: Lies, doors: Doors) -> Between {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let passed = Arc::<AtomicUsize>::default();
        let road = Road { peer, lies, doors, answers: Arc::default(), passed: Arc::clone(&passed) };
        let serve = tower::service_fn(move |request| {
            let road = road.clone();
            async move { Ok::<_, Infallible>(road.pass(request).await) }
        });
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let serving = tokio::spawn(async move {
            Server::builder().serve_with_incoming(serve, incoming).await.unwrap();
        });
        Between { address, serving, passed }
    }

    /// Where the proxy listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A connection to the proxy.
    pub fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address)).unwrap().connect_lazy()
    }

    /// How many calls have reached the proxy.
    pub fn passed(&self) -> usize {
        self.passed.load(Ordering::Relaxed)
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The encoded answer to a unary call.
#[derive(Debug, Clone)]
struct RawAnswer {
    message: Bytes,
    trailers: HeaderMap,
}

#[derive(Debug, Clone)]
struct Road {
    peer: Channel,
    lies: Lies,
    doors: Doors,
    answers: Arc<Mutex<BTreeMap<(String, Bytes), RawAnswer>>>,
    passed: Arc<AtomicUsize>,
}

impl Road {
    async fn pass(&self, request: Request<Body>) -> Response<Body> {
        self.passed.fetch_add(1, Ordering::Relaxed);
        let path = request.uri().path().to_owned();
        let (parts, body) = request.into_parts();
        let message = body.collect().await.unwrap().to_bytes();
        self.doors.pass(Door::Edges, &path, &message).await;
        if self.lies.ignored_fences && path.ends_with(CLOSES) {
            return success(&CloseEdgeResponse { closed: true, count: 0 });
        }
        if self.lies.ignored_fences && path.ends_with(CLAIMS) {
            return success(&ClaimCustomerResponse { claimed: true, ..Default::default() });
        }
        let request = Request::from_parts(parts, Body::new(Full::new(message.clone())));
        let response = if self.lies.stale_facts && FACTS.iter().any(|asked| path.ends_with(asked)) {
            self.first_answer((path.clone(), message.clone()), request).await
        } else {
            self.forward(request).await
        };
        self.doors.pass(Door::Facts, &path, &message).await;
        self.doors.pass(Door::Customer, &path, &message).await;
        response
    }

    async fn forward(&self, request: Request<Body>) -> Response<Body> {
        let mut peer = self.peer.clone();
        let answered = match peer.ready().await {
            Ok(ready) => ready.call(request).await,
            Err(error) => Err(error),
        };
        answered.unwrap_or_else(|error| tonic::Status::unavailable(error.to_string()).into_http())
    }

    /// Answers with the first successful answer to the same question, and keeps that answer if it is new.
    async fn first_answer(&self, question: (String, Bytes), request: Request<Body>) -> Response<Body> {
        let known = self.answers.lock().unwrap_or_else(PoisonError::into_inner).get(&question).cloned();
        if let Some(answer) = known {
            return answer.again();
        }
        let (parts, body) = self.forward(request).await.into_parts();
        let body = body.collect().await.unwrap();
        let trailers = body.trailers().cloned().unwrap_or_default();
        let answer = RawAnswer { message: body.to_bytes(), trailers };
        if answer.trailers.get("grpc-status").is_some_and(|status| status == "0") {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.insert(question, answer.clone());
        }
        let mut response = answer.again();
        // A refused call has its status in the headers.
        *response.headers_mut() = parts.headers;
        response
    }
}

impl RawAnswer {
    fn again(self) -> Response<Body> {
        let body = Full::new(self.message).with_trailers(async move { Some(Ok(self.trailers)) });
        Response::builder().header("content-type", "application/grpc").body(Body::new(body)).unwrap()
    }
}

/// The answer of a unary call that succeeded, with this message.
fn success(message: &impl Message) -> Response<Body> {
    let mut framed = BytesMut::new();
    framed.put_u8(0);
    framed.put_u32(message.encoded_len().try_into().unwrap());
    message.encode(&mut framed).unwrap();
    let trailers = HeaderMap::from_iter([("grpc-status".parse().unwrap(), "0".parse().unwrap())]);
    RawAnswer { message: framed.freeze(), trailers }.again()
}
