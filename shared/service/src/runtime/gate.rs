//! The gate: the checks that every call passes before it reaches its service, in this order.
//!
//! 1. the RPC is looked up in the contract, and a slot of the limit on calls in flight is taken;
//! 2. in development mode, the host that the call is addressed to is checked;
//! 3. the credential is read, the deadline is set, and the caller's role is checked against the contract;
//! 4. the request is read completely;
//! 5. the service answers, in a task of its own: neither a client that disconnects nor a passed deadline cuts
//!    a transaction in the middle.
//!
//! Streams do not run to completion: a stream ends when its client leaves or when the server drains. The
//! client enforces the deadline of a stream. Health and reflection need no credential and take no slot; they
//! also end when the server drains.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Request, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::{Layer, Service};
use tracing::Instrument;

use crate::fault::details::RULES_PAGE_DEFAULT;
use crate::fault::{Fault, Result, Served, naming};
use crate::request::call::{Call, METHOD_HEADER, TRACE_HEADER};
use crate::request::identity::Credentials;
use crate::runtime::access::{self, Rpc, contract};
use crate::runtime::clock::Clock;
use crate::runtime::completion;
use crate::runtime::deadline;
use crate::runtime::drain::DrainSignal;
use crate::runtime::endless;
use crate::runtime::handler::Handler;
use crate::runtime::ids::Ids;

/// Header that names the host that the caller addressed.
const HOST: &str = "host";
/// Maximum length of an `x-request-id` of the caller, in bytes; a longer one is replaced.
pub const TRACE_BYTES_MAX: usize = 128;
/// Default limit on calls in flight.
pub const CALLS_IN_FLIGHT_MAX: u32 = 4096;
/// Default maximum size of a request, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Prefixes of paths that need no credential.
const OPEN_PATHS: [&str; 2] = ["/grpc.health.v1.", "/grpc.reflection."];

/// Checks every call: a tower layer around all services of a listener. Clones share the limit of calls in
/// flight.
#[derive(Debug, Clone)]
pub struct Gate {
    credentials: Credentials,
    clock: Clock,
    ids: Ids,
    slots: Arc<Semaphore>,
    drain: DrainSignal,
    calls_in_flight_max: u32,
    message_bytes_max: usize,
    rules_page: Arc<str>,
}

impl Gate {
    /// The gate of a listener that accepts `credentials`.
    ///
    /// # Errors
    /// [`Fault::Internal`] when the contract's descriptors are damaged.
    pub fn try_new(credentials: Credentials, clock: Clock, ids: Ids) -> Result<Self> {
        contract()?;
        Ok(Gate {
            credentials,
            clock,
            ids,
            slots: slots(CALLS_IN_FLIGHT_MAX),
            drain: DrainSignal::new(),
            calls_in_flight_max: CALLS_IN_FLIGHT_MAX,
            message_bytes_max: MESSAGE_BYTES_MAX,
            rules_page: RULES_PAGE_DEFAULT.into(),
        })
    }

    /// This gate with another limit on calls in flight.
    #[must_use]
    pub fn with_calls_in_flight_max(mut self, calls: u32) -> Self {
        self.slots = slots(calls);
        self.calls_in_flight_max = calls;
        self
    }

    /// This gate with another maximum size of a request, in bytes.
    #[must_use]
    pub fn with_message_bytes_max(mut self, bytes: usize) -> Self {
        self.message_bytes_max = bytes;
        self
    }

    /// This gate with another page of rules, which refusals link to.
    #[must_use]
    pub fn with_rules_page(mut self, url: &str) -> Self {
        self.rules_page = url.into();
        self
    }

    /// Tells every stream to end, so that [`Gate::idle`] does not wait for streams.
    pub fn drain(&self) {
        self.drain.begin();
    }

    /// Waits until no call is in flight.
    pub async fn idle(&self) {
        // `acquire_many` fails only on a closed semaphore; this one is never closed.
        let _all = self.slots.acquire_many(self.calls_in_flight_max).await;
    }

    async fn pass<S: Handler>(self, handler: S, request: Request<Body>) -> Response<Body> {
        let path = request.uri().path();
        if OPEN_PATHS.iter().any(|open| path.starts_with(open)) {
            return endless::with_the_server(handler, request, self.drain.listen()).await;
        }
        let trace = self.trace_of(request.headers());
        let rpc = contract().map(|contract| contract.at(path));
        let mut response = match rpc {
            Ok(Some(rpc)) => self.answer(handler, request, rpc, &trace).await,
            Ok(None) => {
                let message = format!("there is no RPC `{path}`");
                Status::from(Fault::Unimplemented { message }).into_http()
            }
            Err(fault) => Status::from(fault).into_http(),
        };
        if let Ok(value) = HeaderValue::from_str(&trace) {
            response.headers_mut().insert(TRACE_HEADER, value);
        }
        response
    }

    async fn answer<S: Handler>(
        &self,
        handler: S,
        request: Request<Body>,
        rpc: &'static Rpc,
        trace: &str,
    ) -> Response<Body> {
        let started = Instant::now();
        let span = tracing::info_span!(
            "call",
            service = rpc.service,
            rpc = rpc.name,
            trace,
            caller = tracing::field::Empty,
            request_id = tracing::field::Empty,
            decision = tracing::field::Empty,
        );
        let answered = async {
            let (slot, call) = self.admit(&request, rpc, trace, started)?;
            tracing::Span::current().record("caller", call.party_word());
            if rpc.streaming {
                completion::stream(handler, request, call, slot, self.message_bytes_max).await
            } else {
                completion::run(handler, request, call, slot, self.message_bytes_max).await
            }
        };
        async {
            let response = answered.await.unwrap_or_else(|fault| Status::from(fault).into_http());
            log(&response, started);
            naming(Served { service: &rpc.service, rpc: rpc.told() }, &self.rules_page, response)
        }
        .instrument(span)
        .await
    }

    fn admit(
        &self,
        request: &Request<Body>,
        rpc: &'static Rpc,
        trace: &str,
        now: Instant,
    ) -> Result<(OwnedSemaphorePermit, Call)> {
        let slot = Arc::clone(&self.slots).try_acquire_owned().map_err(|_| Fault::Overloaded {
            limit: "calls_in_flight_max",
            value: u64::from(self.calls_in_flight_max),
        })?;
        if self.credentials == Credentials::Development && !is_addressed_to_this_machine(request) {
            return Err(Fault::CredentialInvalid { header: HOST });
        }
        let claims = self.credentials.read(request.headers())?;
        let call = Call {
            caller: claims.caller(),
            subject: claims.subject().to_owned(),
            rpc: &rpc.name,
            method: self.method_of(request.headers(), rpc),
            trace: trace.to_owned(),
            by_service: self.credentials == Credentials::Internal,
            deadline: deadline::of(request.headers(), rpc.streaming)?.map(|left| now + left),
            drain: self.drain.listen(),
            grant: None,
        };
        rpc.admit(&call.caller, call.by_service)?;
        Ok((slot, call))
    }

    /// The client's RPC behind the call: the one that a service passes on, or the called RPC itself.
    fn method_of(&self, headers: &HeaderMap, rpc: &'static Rpc) -> &'static str {
        let is_passed_on = self.credentials == Credentials::Internal;
        let sent = headers.get(METHOD_HEADER).filter(|_| is_passed_on).and_then(|value| value.to_str().ok());
        sent.and_then(access::method).unwrap_or_else(|| rpc.told())
    }

    fn trace_of(&self, headers: &HeaderMap) -> String {
        let sent = headers.get(TRACE_HEADER).and_then(|value| value.to_str().ok());
        let fits = |text: &&str| (1..=TRACE_BYTES_MAX).contains(&text.len());
        sent.filter(fits).map_or_else(|| self.ids.next(&self.clock), str::to_owned)
    }
}

/// Whether the caller addressed this machine as `localhost` or by a loopback address. This stops DNS
/// rebinding: a web page whose host name resolves to a loopback address could otherwise create a development
/// credential in a developer's browser and act as the operator.
fn is_addressed_to_this_machine(request: &Request<Body>) -> bool {
    let named = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let authority = request.uri().authority().cloned().or_else(|| named.and_then(|host| host.parse().ok()));
    // A request without a host does not come from a browser, because browsers always send the host.
    authority.is_none_or(|authority: Authority| {
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    })
}

fn slots(calls: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(usize::try_from(calls).unwrap_or(Semaphore::MAX_PERMITS)))
}

fn log(response: &Response<Body>, started: Instant) {
    let code = response
        .headers()
        .get(Status::GRPC_STATUS)
        .map_or(Code::Ok, |code| Code::from_bytes(code.as_bytes()));
    let micros = started.elapsed().as_micros();
    if code == Code::Ok {
        tracing::debug!(micros, "call answered");
    } else {
        tracing::info!(micros, ?code, "call answered with an error");
    }
}

impl<S> Layer<S> for Gate {
    type Service = Guarded<S>;

    fn layer(&self, handler: S) -> Guarded<S> {
        Guarded { gate: self.clone(), handler }
    }
}

/// The services behind a gate: the tower service that [`Gate`] creates as a layer.
#[derive(Debug, Clone)]
pub struct Guarded<S> {
    gate: Gate,
    handler: S,
}

impl<S: Handler> Service<Request<Body>> for Guarded<S> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Each call waits for readiness on the clone that serves it.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (gate, handler) = (self.gate.clone(), self.handler.clone());
        Box::pin(async move { Ok(gate.pass(handler, request).await) })
    }
}
