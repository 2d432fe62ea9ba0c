//! What wakes the sequencer and the watchers of a service, and how many may watch.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};

use crate::fault::{Fault, Result};

/// How much the watchers of one service may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Watchers at once.
    pub watchers_max: u32,
    /// Events and bookmarks that wait for a consumer.
    pub queued_max: u32,
    /// How long a consumer with a full queue may take to make room.
    pub consumer_wait_max: Duration,
}

impl Limits {
    /// Unless configured otherwise.
    pub const DEFAULT: Limits =
        Limits { watchers_max: 100, queued_max: 64, consumer_wait_max: Duration::from_secs(30) };
}

/// What wakes the sequencer and the watchers of one service. Clones are the same.
#[derive(Debug, Clone)]
pub struct Feed {
    pub(super) limits: Limits,
    seats: Arc<Semaphore>,
    pub(super) committed: Arc<Notify>,
    /// The position that the next entry gets, as far as this process knows.
    pub(super) next: Arc<watch::Sender<i64>>,
}

impl Feed {
    /// Nobody watches yet.
    pub fn new(limits: Limits) -> Self {
        let seats = usize::try_from(limits.watchers_max).unwrap_or(Semaphore::MAX_PERMITS);
        Feed {
            limits,
            seats: Arc::new(Semaphore::new(seats)),
            committed: Arc::new(Notify::new()),
            next: Arc::new(watch::Sender::new(0)),
        }
    }

    /// How many watch.
    pub fn watchers(&self) -> u32 {
        let free = u32::try_from(self.seats.available_permits()).unwrap_or(u32::MAX);
        self.limits.watchers_max.saturating_sub(free)
    }

    /// Entries were committed: wakes the sequencer.
    pub(crate) fn committed(&self) {
        self.committed.notify_one();
    }

    /// A place among the watchers.
    pub(super) fn seat(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().map_err(|_| Fault::Overloaded {
            limit: "feed_watchers_max",
            value: u64::from(self.limits.watchers_max),
        })
    }
}
