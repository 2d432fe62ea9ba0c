//! What the suite has acknowledged, told by those who were answered.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use prost::{Message, Name};
use tokio::sync::watch;

/// A state of a resource that a caller was shown: it is written, whatever happens afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) name: String,
    pub(crate) revision: i64,
    /// The resource, as the journal tells it.
    pub(crate) content: String,
}

/// An order that was accepted, once, however often it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sale {
    pub(crate) customer: String,
    /// The seller's key; empty for a customer's first order, of which there is one.
    pub(crate) external_id: String,
    pub(crate) lines: usize,
}

/// Everything that was told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    pub(crate) writes: Vec<Write>,
    pub(crate) sales: Vec<Sale>,
    /// Refusals of what must be accepted.
    pub(crate) refused: Vec<String>,
    /// Calls that were made again, because their answer was not there or left open what came of it.
    pub(crate) repeats: usize,
    /// The last such call of each writer, and what it was told: for whoever waits in vain.
    pub(crate) last_open: BTreeMap<usize, String>,
}

/// Where all callers tell.
#[derive(Debug, Default)]
pub(crate) struct History {
    told: Mutex<Told>,
    acknowledged: watch::Sender<usize>,
    abandoned: watch::Sender<usize>,
    repeated: watch::Sender<usize>,
}

impl History {
    /// This state of a resource was shown.
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

    /// A writer makes its call again, because of this answer.
    pub(crate) fn repeated(&self, writer: usize, why: String) {
        let mut told = self.told();
        told.repeats += 1;
        told.last_open.insert(writer, why);
        self.repeated.send_replace(told.repeats);
    }

    /// Waits until the next caller is left without an answer, or with one that leaves open what came of its call.
    pub(crate) async fn next_is_repeated(&self) {
        self.repeated.subscribe().changed().await.unwrap();
    }

    /// A caller went away, while its call may be at work.
    pub(crate) fn was_abandoned(&self) {
        self.abandoned.send_modify(|count| *count += 1);
    }

    /// How many calls were abandoned so far.
    pub(crate) fn abandoned(&self) -> usize {
        *self.abandoned.borrow()
    }

    /// Waits until the next caller goes away.
    pub(crate) async fn next_is_abandoned(&self) {
        self.abandoned.subscribe().changed().await.unwrap();
    }

    /// How much was acknowledged so far.
    pub(crate) fn count(&self) -> usize {
        *self.acknowledged.borrow()
    }

    /// Waits until that much was acknowledged.
    pub(crate) async fn reaches(&self, count: usize) {
        self.acknowledged.subscribe().wait_for(|acknowledged| *acknowledged >= count).await.unwrap();
    }

    /// What was told so far.
    pub(crate) fn read(&self) -> Told {
        self.told().clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
