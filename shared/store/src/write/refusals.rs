//! The background task that stores refused decisions, best effort: no caller waits for the write.

use crate::backend::Backend;
use crate::write::decision::{self, Decision};
use crate::{Error, Tx};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Maximum number of refusals in the queue. A refusal that finds the queue full is lost.
pub const REFUSALS_QUEUED_MAX: usize = 1024;

/// Maximum number of refusals that one transaction stores.
pub const REFUSALS_BATCH_MAX: usize = 64;

#[derive(Debug)]
enum Order {
    Note(Box<Decision>),
    /// A request for a message once all earlier orders in the queue are done.
    Drain(oneshot::Sender<()>),
}

/// The sending end of the queue. The background task ends when the last clone is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Refusals {
    orders: mpsc::Sender<Order>,
    lost: Arc<AtomicU64>,
}

impl Refusals {
    pub(crate) fn start(backend: Backend) -> Self {
        let (orders, queue) = mpsc::channel(REFUSALS_QUEUED_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        tokio::spawn(work_off(queue, backend, Arc::clone(&lost)));
        Self { orders, lost }
    }

    pub(crate) fn note(&self, refusal: Decision) {
        // Marked as refused, so that it will be pruned: an accepted decision is stored in the transaction of
        // its effect.
        let erase_at = refusal.erase_at.unwrap_or_else(|| decision::erase_time(refusal.decided_at, false));
        let refusal = Decision { accepted: false, erase_at: Some(erase_at), ..refusal };
        if self.orders.try_send(Order::Note(Box::new(refusal))).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) async fn drain(&self) {
        let (done, answer) = oneshot::channel();
        if self.orders.send(Order::Drain(done)).await.is_ok() {
            // An error means that the task has ended: there is nothing to wait for.
            let _ = answer.await;
        }
    }

    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

async fn work_off(mut queue: mpsc::Receiver<Order>, backend: Backend, lost: Arc<AtomicU64>) {
    let mut orders = Vec::with_capacity(REFUSALS_BATCH_MAX);
    while queue.recv_many(&mut orders, REFUSALS_BATCH_MAX).await > 0 {
        let mut refusals = Vec::new();
        let mut drained = Vec::new();
        for order in orders.drain(..) {
            match order {
                Order::Note(refusal) => refusals.push(*refusal),
                Order::Drain(done) => drained.push(done),
            }
        }
        if let Err(error) = write(&backend, &refusals).await {
            tracing::warn!(count = refusals.len(), %error, "refused decisions were lost: check the database");
            lost.fetch_add(refusals.len() as u64, Ordering::Relaxed);
        }
        for done in drained {
            // An error means that the caller stopped waiting.
            let _ = done.send(());
        }
    }
}

async fn write(backend: &Backend, refusals: &[Decision]) -> Result<(), Error> {
    if refusals.is_empty() {
        return Ok(());
    }
    let mut tx = Tx::new(backend.clone(), false);
    decision::save_unless_known(&mut tx, refusals);
    tx.commit().await
}
