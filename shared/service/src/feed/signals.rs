//! Signals that wake the sequencer and the watchers of a service.

use std::sync::Arc;

use tokio::sync::{Notify, watch};

/// Signals between the commits, the sequencer and the watchers of one service. Clones share the signals.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signals {
    pub(super) committed: Arc<Notify>,
    /// The position of the next entry, as far as this process knows.
    pub(super) next: Arc<watch::Sender<i64>>,
}

impl Signals {
    /// Wakes the sequencer after a commit.
    pub(crate) fn committed(&self) {
        self.committed.notify_one();
    }
}
