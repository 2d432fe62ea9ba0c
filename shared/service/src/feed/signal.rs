//! Signals that wake the sequencer and the watchers of a service, and the limits of watchers.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

use crate::fault::{Fault, Result};

/// Limits of the watchers of one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum number of concurrent watchers.
    pub watchers_max: u32,
    /// Maximum number of events and bookmarks in the queue of one consumer.
    pub queued_max: u32,
    /// Maximum time that a consumer's queue may stay full.
    pub consumer_wait_max: Duration,
}

impl Limits {
    /// The limits of a service that configures none.
    pub const DEFAULT: Limits =
        Limits { watchers_max: 100, queued_max: 64, consumer_wait_max: Duration::from_secs(30) };
}

/// Signals between the commits, the sequencer and the watchers of one service. Clones share the signals.
#[derive(Debug, Clone)]
pub struct Feed {
    pub(super) limits: Limits,
    seats: Arc<Semaphore>,
    pub(super) committed: Arc<Notify>,
    /// The position of the next entry, as far as this process knows.
    pub(super) next: Arc<watch::Sender<i64>>,
}

impl Feed {
    /// A feed without watchers.
    pub fn new(limits: Limits) -> Self {
        let seats = usize::try_from(limits.watchers_max).unwrap_or(Semaphore::MAX_PERMITS);
        Feed {
            limits,
            seats: Arc::new(Semaphore::new(seats)),
            committed: Arc::new(Notify::new()),
            next: Arc::new(watch::Sender::new(0)),
        }
    }

    /// The number of watchers.
    pub fn watchers(&self) -> u32 {
        let free = u32::try_from(self.seats.available_permits()).unwrap_or(u32::MAX);
        self.limits.watchers_max.saturating_sub(free)
    }

    /// Wakes the sequencer after a commit.
    pub(crate) fn committed(&self) {
        self.committed.notify_one();
    }

    /// Takes a slot of the limit on watchers, which is free again when the permit is dropped.
    pub(super) fn seat(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().map_err(|_| Fault::Overloaded {
            limit: "feed_watchers_max",
            value: u64::from(self.limits.watchers_max),
        })
    }
}
