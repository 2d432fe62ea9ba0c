//! Resumes operations that a crash or an unavailable peer interrupted.

use std::time::{Duration, Instant};

use csp_service::{Call, Result};

use super::{drive, operation, read, table};
use crate::{CustomerService, NAME};

/// The period at which [`CustomerService::resume_operations`] is to be called.
pub const RESUME_PERIOD: Duration = Duration::from_secs(15);
/// Maximum number of operations that one call of [`CustomerService::resume_operations`] resumes.
pub const RESUMED_MAX: i64 = 100;
/// Maximum time for which the resumption of one operation waits for its peers.
const RESUME_WAIT_MAX: Duration = Duration::from_secs(20);

impl CustomerService {
    /// Resumes operations whose lease has expired, because of a crash or an unavailable peer, and returns the
    /// number of operations that ended. To be called at start and every [`RESUME_PERIOD`]. Once `goes_on`
    /// answers `false`, no further operation is resumed: the next process resumes the others.
    ///
    /// # Errors
    /// [`csp_service::Fault::StoreUnavailable`] when the database does not answer. The fault of a single
    /// operation is logged, and a later call resumes that operation again.
    pub async fn resume_operations(&self, goes_on: impl Fn() -> bool) -> Result<usize> {
        let now = self.book.now();
        let mut reader = self.book.store.read_once().await?;
        let resumable = table::resumable(&mut reader, now, RESUMED_MAX).await?;
        drop(reader);
        let mut ended = 0;
        for row in resumable {
            if !goes_on() {
                break;
            }
            let lease = operation::lease_from(self.book.now());
            let mut tx = self.book.store.write();
            let is_ours = table::lease(tx.conn().await?, &row.id, row.lease_time, lease).await?;
            tx.commit().await?;
            if !is_ours {
                continue;
            }
            let deadline = Instant::now() + RESUME_WAIT_MAX;
            let call = Call { deadline: Some(deadline), ..Call::of_service(NAME, "ResumeOperation") };
            match resume(self, &call, &row.id).await {
                Ok(()) => ended += 1,
                Err(fault) => tracing::warn!(
                    operation = row.id,
                    ?fault,
                    "resuming an operation failed; a later round tries again"
                ),
            }
        }
        Ok(ended)
    }
}

/// Drives an operation whose driver is gone. A registration is cancelled instead: the accepting customer may
/// call again, or never.
async fn resume(service: &CustomerService, call: &Call, id: &str) -> Result<()> {
    let _lock = service.operation_locks.lock(id).await;
    if read::by_id(service, id).await?.is_registration() {
        return drive::cancel(service, call, id).await.map(drop);
    }
    drive::drive(service, call, id).await.map(drop)
}
