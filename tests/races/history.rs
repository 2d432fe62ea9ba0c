//! Calls as they were made: when each began, when its answer came, and what the answer was.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use csp_tests::Answer;
use tonic::Code;

/// What a call is to a fact that can be revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Makes it untrue.
    Revokes(String),
    /// May succeed only while it is true.
    RestsOn(String),
    /// Nothing: its effect is looked for in the book.
    Other,
}

/// How a call was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With success.
    Done,
    /// With a refusal: it had no effect.
    Refused,
    /// In a way that leaves open whether it had one.
    Unknown,
}

/// One call. Instants are places in one order of all beginnings and answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) words: &'static str,
    pub(crate) deed: Deed,
    pub(crate) invoked: u64,
    pub(crate) returned: u64,
    pub(crate) outcome: Outcome,
    /// The code of a refusal, for people.
    pub(crate) code: Option<Code>,
}

/// The calls of one schedule, as they happen.
#[derive(Debug, Default)]
pub(crate) struct History {
    next: AtomicU64,
    calls: Mutex<Vec<Call>>,
}

impl History {
    /// Makes a call and writes it down; gives its answer where it succeeded.
    pub(crate) async fn call<T>(
        &self,
        words: &'static str,
        deed: Deed,
        call: impl Future<Output = Answer<T>>,
    ) -> Option<T> {
        let invoked = self.next.fetch_add(1, Ordering::SeqCst);
        let answer = call.await;
        let returned = self.next.fetch_add(1, Ordering::SeqCst);
        let code = answer.as_ref().err().map(tonic::Status::code);
        let call = Call { words, deed, invoked, returned, outcome: outcome(code), code };
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        answer.ok().map(tonic::Response::into_inner)
    }

    /// Everything, by beginning.
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
