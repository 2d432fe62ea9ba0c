//! Locks of operations. Within one process one task at a time drives an operation; the other tasks wait, and
//! then find its result. Between processes the compare-and-swap of each step decides.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

/// Maximum number of operations that one process drives at the same time. Operations whose ids have the same
/// hash share a lock.
pub(crate) const OPERATIONS_DRIVEN_MAX: usize = 64;

/// The locks of one service. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct OperationLocks(Arc<[Mutex<()>]>);

impl OperationLocks {
    pub(crate) fn new() -> Self {
        OperationLocks(std::iter::repeat_with(|| Mutex::new(())).take(OPERATIONS_DRIVEN_MAX).collect())
    }

    /// Waits until no other task of this process drives the operation. `None` would mean that there are no
    /// locks.
    pub(crate) async fn lock(&self, operation: &str) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        operation.hash(&mut hasher);
        let lock = usize::try_from(hasher.finish() % OPERATIONS_DRIVEN_MAX as u64).unwrap_or_default();
        match self.0.get(lock) {
            Some(lock) => Some(lock.lock().await),
            None => None,
        }
    }
}
