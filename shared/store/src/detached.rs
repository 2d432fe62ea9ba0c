//! Work that continues when its caller is cancelled.

use crate::Error;

/// Runs `work` to completion in a task of its own, even when the caller's future is dropped. So a sequence of
/// statements is never cut in the middle, and the outcome of a write is never left unknown.
pub(crate) async fn run<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(work).await.map_err(|_| Error::unavailable("the process is shutting down"))?
}
