//! Work that continues when its caller is cancelled.

use crate::Error;

/// Runs `work` in a task of its own, to its end, even when the caller's future is dropped. So a sequence of
/// statements is never cut in the middle, and the outcome of a write is never left unknown.
pub(crate) async fn run<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(work).await.map_err(|_| Error::unavailable("it is shutting down"))?
}
