//! What became of a write whose answer was lost.

use crate::Error;
use crate::connection::pool::{ConnectionPool, PooledConnection};
use crate::journal::withdrawal::{Withdrawn, withdraw};
use backon::{ExponentialBuilder, Retryable as _};
use std::time::Duration;

/// How long it is looked for what became of a commit whose answer was lost, each time.
const OUTCOME_WAIT_MAX: Duration = Duration::from_secs(5);

/// How often it is looked for what became of a commit whose answer was lost.
const OUTCOME_TRIES_MAX: usize = 5;
/// The first pause between two of these; each is twice as long as the one before, up to [`OUTCOME_PAUSE_MAX`].
const OUTCOME_PAUSE_MIN: Duration = Duration::from_millis(100);
/// See [`OUTCOME_PAUSE_MIN`].
const OUTCOME_PAUSE_MAX: Duration = Duration::from_secs(1);

/// Returns the connection of a write; where its answer was lost, finds out what became of it.
pub(super) async fn ended(
    connection: PooledConnection,
    written: Result<(), Error>,
    writers: &ConnectionPool,
    mark: Option<&str>,
) -> Result<(), Error> {
    // Its place is needed: it may be the only one.
    drop(connection);
    match written {
        Err(lost @ Error::Disconnected { .. }) => {
            // The idle ones hung on the same server.
            writers.forget_idle();
            outcome(writers, mark, lost).await
        }
        written => written,
    }
}

/// What became of a write whose connection broke before its end was answered: the server may be at work on it still.
async fn outcome(writers: &ConnectionPool, mark: Option<&str>, lost: Error) -> Result<(), Error> {
    let Some(mark) = mark else {
        return Err(Error::unavailable("whether the write was committed is not known"));
    };
    let look = || async {
        let looked = tokio::time::timeout(OUTCOME_WAIT_MAX, withdraw(writers, mark)).await;
        looked.unwrap_or_else(|_| Err(Error::unavailable("the outcome did not come in time")))
    };
    let pauses = ExponentialBuilder::new()
        .with_min_delay(OUTCOME_PAUSE_MIN)
        .with_max_delay(OUTCOME_PAUSE_MAX)
        .with_max_times(OUTCOME_TRIES_MAX - 1)
        .with_jitter();
    let found = look
        .retry(pauses)
        .sleep(tokio::time::sleep)
        .notify(|error, _| tracing::warn!(%error, "the outcome of a commit could not be read yet"));
    match found.await {
        Ok(Withdrawn::InTime) => Err(lost),
        Ok(Withdrawn::TooLate) => Ok(()),
        Err(_) => Err(Error::unavailable("whether the write was committed is not known")),
    }
}
