//! Calls to the other services of the suite. A call carries the original caller, the trace id and the
//! deadline; a round of several questions carries those of one of its callers. A call without an answer is
//! retried within a budget. A refusal by the peer and a failure to reach the peer are different faults.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use tonic::metadata::{MetadataValue, errors::InvalidMetadataValue};
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status, TimeoutExpired};
use tower::retry::budget::{Budget, TpsBudget};

use crate::fault::{Fault, Result};
use crate::request::call::{Call, METHOD_HEADER, TRACE_HEADER};
use crate::request::identity::CALLER_HEADER;

/// Maximum number of tries of one call.
pub const ASKED_MAX: usize = 3;
/// The first pause before a retry. Each further pause is twice as long, plus random jitter.
pub const ASK_PAUSE_MIN: Duration = Duration::from_millis(10);
/// Maximum wait for one answer, so that a silent peer does not use up the caller's whole deadline.
pub const ANSWER_WAIT_MAX: Duration = Duration::from_secs(10);
/// Maximum time before the caller's deadline at which the wait for a peer ends, so that the caller still
/// learns which peer was silent. The time is a tenth of the remaining time, up to this maximum.
const ANSWER_MARGIN_MAX: Duration = Duration::from_millis(250);

/// Maximum share of retries among the calls of [`BUDGET_TIME`], so that retries do not overload a failing
/// peer.
const RETRIES_SHARE_MAX: f32 = 0.2;
/// Number of retries a second that are allowed even above [`RETRIES_SHARE_MAX`].
const RETRIES_A_SECOND_MIN: u32 = 10;
/// The time window of [`RETRIES_SHARE_MAX`].
const BUDGET_TIME: Duration = Duration::from_secs(10);

/// A client of another service of the suite.
#[derive(Debug, Clone)]
pub struct Peer {
    name: &'static str,
    channel: Channel,
    budget: Arc<TpsBudget>,
}

impl Peer {
    /// A client of the service `name`, reached over `channel`.
    pub fn new(name: &'static str, channel: Channel) -> Self {
        let budget = Arc::new(TpsBudget::new(BUDGET_TIME, RETRIES_A_SECOND_MIN, RETRIES_SHARE_MAX));
        Peer { name, channel, budget }
    }

    /// Name of the service, for example `relationship`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Calls the peer on behalf of the caller of `call`, within the time left until the call's deadline.
    /// `send` makes the call with a generated client. `send` runs again when no answer arrives, so a second
    /// request must be harmless.
    ///
    /// # Errors
    /// [`Fault::PeerAnswered`] with a refusal, [`Fault::Peer`] when the peer does not answer.
    pub async fn ask<M, R, F>(
        &self,
        call: &Call,
        message: M,
        send: impl Fn(Channel, Request<M>) -> F,
    ) -> Result<R>
    where
        M: Clone,
        F: Future<Output = Result<Response<R>, Status>>,
    {
        self.budget.deposit();
        let pauses = ExponentialBuilder::new()
            .with_min_delay(ASK_PAUSE_MIN)
            .with_factor(2.0)
            .with_max_times(ASKED_MAX - 1)
            .with_jitter();
        let asked = (|| send(self.channel.clone(), self.request(call, message.clone())))
            .retry(pauses)
            .sleep(tokio::time::sleep)
            .when(|status: &Status| {
                let in_time = call.remaining().is_none_or(|left| left > Duration::ZERO);
                (may_pass(status.code()) || was_cut_off(status)) && in_time && self.budget.withdraw()
            })
            .notify(|status, _| tracing::debug!(peer = self.name, code = ?status.code(), "call retried"));
        Ok(asked.await.map_err(|status| self.fault(status))?.into_inner())
    }

    /// Maximum wait for an answer, short enough that the caller of `call` still learns that no answer came.
    fn answer_wait(call: &Call) -> Duration {
        let in_time = |left: Duration| left - (left / 10).min(ANSWER_MARGIN_MAX);
        call.remaining().map_or(ANSWER_WAIT_MAX, |left| in_time(left).min(ANSWER_WAIT_MAX))
    }

    /// Waits for the answer of a round, no longer than for the answer of a single call.
    ///
    /// # Errors
    /// [`Fault::Peer`] when the wait ends without an answer.
    pub(crate) async fn in_time<T>(&self, call: &Call, asked: impl Future<Output = Result<T>>) -> Result<T> {
        let answer = tokio::time::timeout(Self::answer_wait(call), asked).await;
        answer.unwrap_or_else(|_| {
            tracing::warn!(peer = self.name, "a peer did not answer in time; check the peer");
            Err(Fault::Peer { peer: self.name })
        })
    }

    fn request<T>(&self, call: &Call, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(Self::answer_wait(call));
        let metadata = request.metadata_mut();
        metadata.insert_bin(CALLER_HEADER, MetadataValue::from_bytes(&call.claims().encode()));
        for (header, text) in [(TRACE_HEADER, call.trace.as_str()), (METHOD_HEADER, call.method)] {
            let value: Result<_, InvalidMetadataValue> = text.parse();
            if let Ok(value) = value {
                metadata.insert(header, value);
            }
        }
        request
    }

    /// Converts the status of a failed call. A refusal is passed on unchanged. Every other status leaves open
    /// what the peer would have answered and counts as no answer.
    fn fault(&self, status: Status) -> Fault {
        match status.code() {
            _ if was_cut_off(&status) => self.failed(&status),
            Code::Ok
            | Code::Cancelled
            | Code::Unknown
            | Code::DeadlineExceeded
            | Code::Unimplemented
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss
            | Code::Unauthenticated => self.failed(&status),
            _ => Fault::PeerAnswered(Box::new(status)),
        }
    }

    fn failed(&self, status: &Status) -> Fault {
        tracing::warn!(
            peer = self.name,
            code = ?status.code(),
            message = status.message(),
            "a call to a peer failed; check the peer"
        );
        Fault::Peer { peer: self.name }
    }
}

/// Whether a retry of the call may get an answer.
fn may_pass(code: Code) -> bool {
    // tonic reports a connection that breaks during a call as unknown; a peer reports a race that it lost as
    // aborted.
    matches!(code, Code::Unavailable | Code::Unknown | Code::Aborted)
}

/// Whether the call failed on the client's side for another reason than a timeout. The usual reason is that
/// the connection ended because the server stopped. The server's answer is then unknown, and a retry on a new
/// connection may get it. The status code alone does not show this: tonic reports `INTERNAL` when a stopping
/// server's GOAWAY arrives too late to withdraw the call, and `CANCELLED` when the call was not sent yet.
pub fn was_cut_off(status: &Status) -> bool {
    // Only a status created on the client's side has a source; a status from the server has none.
    let mut causes =
        std::iter::successors(std::error::Error::source(status), |cause| cause.source()).peekable();
    causes.peek().is_some() && !causes.any(|cause| cause.is::<TimeoutExpired>())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use csp_policy::{Caller, Party, Role};
    use http::HeaderMap;

    use super::*;
    use crate::request::identity::Credentials;
    use crate::runtime::channel::in_process;

    #[tokio::test]
    async fn a_request_to_a_peer_carries_the_original_caller_and_rpc() {
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
        assert_eq!(headers[METHOD_HEADER], "csp.subscription.v1.SubscriptionService/SubmitOrder");
    }

    #[tokio::test]
    async fn the_wait_for_a_silent_peer_ends_before_the_callers_deadline() {
        let peer = Peer::new("relationship", in_process().0);
        let waits = |left: Option<Duration>| {
            let deadline = left.map(|left| std::time::Instant::now() + left);
            let call = Call { deadline, ..Call::of_service("customer", "Resume") };
            let headers = peer.request(&call, ()).metadata().clone().into_headers();
            crate::runtime::deadline::of(&headers, true).unwrap().unwrap()
        };
        assert!(waits(Some(Duration::from_millis(500))) <= Duration::from_millis(450));
        assert!(waits(Some(Duration::from_secs(5))) <= Duration::from_millis(4_750));
        assert!(waits(Some(Duration::from_secs(60))) <= ANSWER_WAIT_MAX);
        assert!(waits(None) <= ANSWER_WAIT_MAX);
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_for_a_round_ends_before_the_callers_deadline() {
        let peer = Peer::new("relationship", in_process().0);
        let left = Duration::from_secs(5);
        let call = Call {
            deadline: Some(std::time::Instant::now() + left),
            ..Call::of_service("customer", "Resume")
        };
        let began = tokio::time::Instant::now();
        let answer: Result<()> = peer.in_time(&call, std::future::pending()).await;
        assert!(matches!(answer, Err(Fault::Peer { peer: "relationship" })), "{answer:?}");
        assert!(began.elapsed() < left - ANSWER_MARGIN_MAX / 2, "{:?}", began.elapsed());
    }

    /// Calls a peer that fails with `code`; returns the number of tries.
    async fn asked(peer: &Peer, code: Code) -> usize {
        let asked = AtomicUsize::new(0);
        let answer: Result<()> = peer
            .ask(&Call::of_service("customer", "Resume"), (), |_, _| {
                asked.fetch_add(1, Ordering::Relaxed);
                async move { Err(Status::new(code, "x")) }
            })
            .await;
        assert!(answer.is_err());
        asked.into_inner()
    }

    #[tokio::test]
    async fn a_call_without_an_answer_is_retried_and_a_refusal_is_not() {
        let peer = Peer::new("relationship", in_process().0);
        assert_eq!(asked(&peer, Code::Unavailable).await, ASKED_MAX);
        assert_eq!(asked(&peer, Code::FailedPrecondition).await, 1);
        assert_eq!(asked(&peer, Code::DeadlineExceeded).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn retries_to_a_failing_peer_stay_within_the_budget() {
        let peer = Peer::new("relationship", in_process().0);
        let mut sent = 0;
        for _ in 0..1000 {
            sent += asked(&peer, Code::Unavailable).await;
        }
        assert!((1000..1500).contains(&sent), "{sent}");
    }

    #[tokio::test]
    async fn a_peers_refusal_is_passed_on_and_a_peers_failure_becomes_a_peer_fault() {
        let peer = Peer::new("relationship", in_process().0);
        assert!(matches!(peer.fault(Status::not_found("x")), Fault::PeerAnswered(_)));
        assert!(matches!(peer.fault(Status::failed_precondition("x")), Fault::PeerAnswered(_)));
        for failure in [Status::unavailable("x"), Status::internal("x"), Status::cancelled("x")] {
            assert!(matches!(peer.fault(failure), Fault::Peer { peer: "relationship" }));
        }
    }
}
