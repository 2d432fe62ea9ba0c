//! Other services of the suite, as one of them calls them: the caller, the trace and the deadline are passed on – of
//! several who ask in one round, those of one of them –, a question whose answer does not arrive is asked again within
//! a budget, and a peer that cannot be asked is told from one that refuses.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use tonic::metadata::{MetadataValue, errors::InvalidMetadataValue};
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status, TimeoutExpired};
use tower::retry::budget::{Budget, TpsBudget};

use crate::fault::{Fault, Result};
use crate::request::call::{Call, TRACE_HEADER};
use crate::request::identity::CALLER_HEADER;

/// How often a peer is asked the same when it does not answer.
pub const ASKED_MAX: usize = 3;
/// The first pause before a peer is asked again; the next is twice as long, each lengthened by chance.
pub const ASK_PAUSE_MIN: Duration = Duration::from_millis(10);
/// How long one answer is waited for: a peer that is silent must not take all the time of the caller.
pub const ANSWER_WAIT_MAX: Duration = Duration::from_secs(10);
/// How much earlier than the caller's time is up a peer is given up, so that the caller is still told which peer
/// was silent: a tenth of the time, at most this.
const ANSWER_MARGIN_MAX: Duration = Duration::from_millis(250);

/// A peer that fails is not drowned in repeats: they are at most this share of the calls of [`BUDGET_TIME`] …
const REPEATS_SHARE_MAX: f32 = 0.2;
/// … but always this many a second.
const REPEATS_A_SECOND_MIN: u32 = 10;
/// See [`REPEATS_SHARE_MAX`].
const BUDGET_TIME: Duration = Duration::from_secs(10);

/// Another service.
#[derive(Debug, Clone)]
pub struct Peer {
    name: &'static str,
    channel: Channel,
    budget: Arc<TpsBudget>,
}

impl Peer {
    /// The service `name`, reached by `channel`.
    pub fn new(name: &'static str, channel: Channel) -> Self {
        let budget = Arc::new(TpsBudget::new(BUDGET_TIME, REPEATS_A_SECOND_MIN, REPEATS_SHARE_MAX));
        Peer { name, channel, budget }
    }

    /// Its name, for example `relationship`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Asks it on behalf of the caller of `call`, in the time that is left of it. `send` makes the call with a
    /// generated client; since it is repeated when the answer does not arrive, repeating it must be harmless.
    ///
    /// # Errors
    /// [`Fault::PeerAnswered`] with a refusal, [`Fault::Peer`] when it cannot be asked.
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
            .notify(|status, _| tracing::debug!(peer = self.name, code = ?status.code(), "asked again"));
        Ok(asked.await.map_err(|status| self.fault(status))?.into_inner())
    }

    /// How long its answer is waited for, so that the caller of `call` is still told that it did not come.
    fn answer_wait(call: &Call) -> Duration {
        let in_time = |left: Duration| left - (left / 10).min(ANSWER_MARGIN_MAX);
        call.remaining().map_or(ANSWER_WAIT_MAX, |left| in_time(left).min(ANSWER_WAIT_MAX))
    }

    /// Waits for what is asked together with others, no longer than for an answer of its own.
    ///
    /// # Errors
    /// [`Fault::Peer`] when the time is up.
    pub(crate) async fn in_time<T>(&self, call: &Call, asked: impl Future<Output = Result<T>>) -> Result<T> {
        let answer = tokio::time::timeout(Self::answer_wait(call), asked).await;
        answer.unwrap_or_else(|_| {
            tracing::warn!(peer = self.name, "no answer in time");
            Err(Fault::Peer { peer: self.name })
        })
    }

    fn request<T>(&self, call: &Call, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(Self::answer_wait(call));
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
        tracing::warn!(peer = self.name, code = ?status.code(), message = status.message(), "peer failed");
        Fault::Peer { peer: self.name }
    }
}

/// Whether the same call, or its answer, may arrive the next time.
fn may_pass(code: Code) -> bool {
    // A connection that breaks under a call is reported as unknown, and a race that the peer lost as aborted.
    matches!(code, Code::Unavailable | Code::Unknown | Code::Aborted)
}

/// Whether the call failed on this side of the server, though not for want of time – most often the connection under it
/// ended, because the server stopped: what would have been answered is open, and the next connection may bring it. The
/// code does not tell it: a client that hears a stopping server's GOAWAY too late to take its call back reports
/// `INTERNAL`, and one whose call was not sent yet `CANCELLED`.
pub fn was_cut_off(status: &Status) -> bool {
    // Only a status that was made on this side has a cause; one that was answered has none.
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
    async fn a_silent_peer_is_given_up_before_the_caller_is() {
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
    async fn a_round_is_given_up_before_the_caller_is() {
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

    /// Asks a peer that fails with `code`; how often it was asked.
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
    async fn a_lost_answer_is_asked_for_again_and_a_refusal_is_not() {
        let peer = Peer::new("relationship", in_process().0);
        assert_eq!(asked(&peer, Code::Unavailable).await, ASKED_MAX);
        assert_eq!(asked(&peer, Code::FailedPrecondition).await, 1);
        assert_eq!(asked(&peer, Code::DeadlineExceeded).await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_fails_is_not_drowned_in_repeats() {
        let peer = Peer::new("relationship", in_process().0);
        let mut sent = 0;
        for _ in 0..1000 {
            sent += asked(&peer, Code::Unavailable).await;
        }
        assert!((1000..1500).contains(&sent), "{sent}");
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
