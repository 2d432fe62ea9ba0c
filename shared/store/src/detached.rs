//! Work in a task of its own.

use crate::Error;

/// Runs `work` to its end even when the caller goes away: a sequence of statements is never cut in the middle, and the
/// outcome of a write never left unknown.
pub(crate) async fn run<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(work).await.map_err(|_| Error::unavailable("it is shutting down"))?
}
