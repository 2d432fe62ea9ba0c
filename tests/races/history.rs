//! The recorded calls of a schedule: when each call began, when its answer came, and what the answer was.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use csp_tests::Answer;
use tonic::Code;

/// How a call relates to a fact that can be revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FactUse {
    /// The call revokes the fact.
    Revokes(String),
    /// The call may succeed only while the fact is true.
    DependsOn(String),
    /// The call relates to no revocable fact: the checker looks for the effect of the call in the final
    /// state.
    Other,
}

/// How a call was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Success.
    Done,
    /// A refusal, so the call had no effect.
    Refused,
    /// An answer that leaves open whether the call had an effect.
    Unknown,
}

/// One call. `invoked` and `returned` are places in one order of the beginnings and answers of all calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) rpc: &'static str,
    pub(crate) fact_use: FactUse,
    pub(crate) invoked: u64,
    pub(crate) returned: u64,
    pub(crate) outcome: Outcome,
    /// The code of an error, for the printed history.
    pub(crate) code: Option<Code>,
}

/// The record of the calls of one schedule.
#[derive(Debug, Default)]
pub(crate) struct History {
    next: AtomicU64,
    calls: Mutex<Vec<Call>>,
}

impl History {
    /// Makes a call and records it. Returns the answer of a call that succeeded.
    pub(crate) async fn call<T>(
        &self,
        rpc: &'static str,
        fact_use: FactUse,
        call: impl Future<Output = Answer<T>>,
    ) -> Option<T> {
        let invoked = self.next.fetch_add(1, Ordering::SeqCst);
        let answer = call.await;
        let returned = self.next.fetch_add(1, Ordering::SeqCst);
        let code = answer.as_ref().err().map(tonic::Status::code);
        let call = Call { rpc, fact_use, invoked, returned, outcome: outcome(code), code };
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        answer.ok().map(tonic::Response::into_inner)
    }

    /// All calls, in the order in which they began.
    pub(crate) fn calls(self) -> Vec<Call> {
        let mut calls = self.calls.into_inner().unwrap_or_else(PoisonError::into_inner);
        calls.sort_by_key(|call| call.invoked);
        calls
    }
}

fn outcome(code: Option<Code>) -> Outcome {
    match code {
        None => Outcome::Done,
        Some(
            Code::Unavailable
            | Code::DeadlineExceeded
            | Code::Cancelled
            | Code::Unknown
            | Code::Internal
            | Code::DataLoss,
        ) => Outcome::Unknown,
        Some(_) => Outcome::Refused,
    }
}
