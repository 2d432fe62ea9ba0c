//! What callers were told, recorded by the writers.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use prost::{Message, Name};
use tokio::sync::watch;

/// A state of a resource that a caller was shown. The state must stay written, whatever happens afterwards.
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
    pub(crate) customer: String,
    /// The seller's external id; empty for the order of AddCustomerWithOrder, of which a customer has one.
    pub(crate) external_id: String,
    pub(crate) lines: usize,
}

/// Everything that callers were told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
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
    told: Mutex<Told>,
    acknowledged: watch::Sender<usize>,
    abandoned: watch::Sender<usize>,
    repeated: watch::Sender<usize>,
}

impl History {
    /// Records that a caller was shown this state of a resource.
    pub(crate) fn wrote<M: Message + Name>(&self, name: &str, revision: i64, resource: &M) {
        let content = csp_service::json(resource).unwrap();
        self.told().writes.push(Write { name: name.to_owned(), revision, content });
        self.acknowledged.send_modify(|count| *count += 1);
    }

    pub(crate) fn sold(&self, customer: &str, external_id: &str, lines: usize) {
        let (customer, external_id) = (customer.to_owned(), external_id.to_owned());
        self.told().sales.push(Sale { customer, external_id, lines });
    }

    pub(crate) fn was_refused(&self, what: String) {
        self.told().refused.push(what);
    }

    /// Records that a writer repeats its call because of the answer `why`.
    pub(crate) fn repeated(&self, writer: usize, why: String) {
        let mut told = self.told();
        told.repeats += 1;
        told.last_open.insert(writer, why);
        self.repeated.send_replace(told.repeats);
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
    pub(crate) fn read(&self) -> Told {
        self.told().clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
