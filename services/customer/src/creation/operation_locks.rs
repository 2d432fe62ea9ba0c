//! Lanes: in one process, one operation is driven by one task at a time; the others wait and see what came
//! of it. Between processes the steps' compare-and-swap decides.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

/// How many operations are driven at the same time, at most.
pub(crate) const LANES_MAX: usize = 64;

/// The lanes of one service. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Lanes(Arc<[Mutex<()>]>);

impl Lanes {
    pub(crate) fn new() -> Self {
        Lanes(std::iter::repeat_with(|| Mutex::new(())).take(LANES_MAX).collect())
    }

    /// Waits until nobody else drives the operation; `None` only when there are no lanes.
    pub(crate) async fn enter(&self, operation: &str) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        operation.hash(&mut hasher);
        let lane = usize::try_from(hasher.finish() % LANES_MAX as u64).unwrap_or_default();
        match self.0.get(lane) {
            Some(lane) => Some(lane.lock().await),
            None => None,
        }
    }
}
