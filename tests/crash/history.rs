//! The answers that callers got, recorded by the writers.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use csp_tests::sorted;
use prost::{Message, Name};
use tokio::sync::watch;

/// An acknowledged state of a resource. The state must stay in the journal, whatever happens afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) name: String,
    pub(crate) revision: i64,
    /// The resource as JSON, in the journal's form.
    pub(crate) content: String,
}

/// An accepted order. The order must exist once, however often its call was repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sale {
    /// Resource name of the order.
    pub(crate) order: String,
    pub(crate) lines: usize,
}

/// The answers that all callers got.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    pub(crate) writes: Vec<Write>,
    pub(crate) sales: Vec<Sale>,
    /// Refusals of calls that must be accepted.
    pub(crate) refused: Vec<String>,
    /// Number of repeated calls: the answer was missing or left the outcome open.
    pub(crate) repeats: usize,
    /// The last repeated call of each writer, with its answer: printed when a wait fails.
    pub(crate) last_open: BTreeMap<usize, String>,
}

/// The record that all writers share.
#[derive(Debug, Default)]
pub(crate) struct History {
    answers: Mutex<Answers>,
    acknowledged: watch::Sender<usize>,
    abandoned: watch::Sender<usize>,
    repeated: watch::Sender<usize>,
}

impl History {
    /// Records that a caller got this state of a resource as the answer to a write.
    pub(crate) fn wrote<M: Message + Name>(&self, name: &str, revision: i64, resource: &M) {
        let content = sorted(&csp_service::json(resource).unwrap());
        self.lock().writes.push(Write { name: name.to_owned(), revision, content });
        self.acknowledged.send_modify(|count| *count += 1);
    }

    pub(crate) fn sold(&self, order: &str, lines: usize) {
        self.lock().sales.push(Sale { order: order.to_owned(), lines });
    }

    pub(crate) fn was_refused(&self, what: String) {
        self.lock().refused.push(what);
    }

    /// Records that a writer repeats its call because of the answer `why`.
    pub(crate) fn repeated(&self, writer: usize, why: String) {
        let mut answers = self.lock();
        answers.repeats += 1;
        answers.last_open.insert(writer, why);
        self.repeated.send_replace(answers.repeats);
    }

    /// Waits until the next call is repeated: its answer was missing or left the outcome open.
    pub(crate) async fn next_is_repeated(&self) {
        self.repeated.subscribe().changed().await.unwrap();
    }

    /// Records that a caller hung up; its call may still be running.
    pub(crate) fn was_abandoned(&self) {
        self.abandoned.send_modify(|count| *count += 1);
    }

    /// Number of callers that hung up so far.
    pub(crate) fn abandoned(&self) -> usize {
        *self.abandoned.borrow()
    }

    /// Waits until the next caller hangs up.
    pub(crate) async fn next_is_abandoned(&self) {
        self.abandoned.subscribe().changed().await.unwrap();
    }

    /// Number of acknowledged writes so far.
    pub(crate) fn count(&self) -> usize {
        *self.acknowledged.borrow()
    }

    /// Waits until `count` writes are acknowledged.
    pub(crate) async fn reaches(&self, count: usize) {
        self.acknowledged.subscribe().wait_for(|acknowledged| *acknowledged >= count).await.unwrap();
    }

    /// A copy of the record so far.
    pub(crate) fn read(&self) -> Answers {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
