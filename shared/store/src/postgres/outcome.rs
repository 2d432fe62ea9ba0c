//! Finds out whether a write took effect when the answer of the server was lost.

use crate::Error;
use crate::connection::pool::{ConnectionPool, PooledConnection};
use crate::journal::withdrawal::{Withdrawn, withdraw};
use backon::{ExponentialBuilder, Retryable as _};
use std::time::Duration;

/// The time limit of one try to find out whether a write took effect.
const OUTCOME_WAIT_MAX: Duration = Duration::from_secs(5);

/// Maximum number of tries to find out whether a write took effect.
const OUTCOME_TRIES_MAX: usize = 5;
/// The first pause between two tries; each pause is twice as long as the one before, up to
/// [`OUTCOME_PAUSE_MAX`].
const OUTCOME_PAUSE_MIN: Duration = Duration::from_millis(100);
/// Maximum pause between two tries: see [`OUTCOME_PAUSE_MIN`].
const OUTCOME_PAUSE_MAX: Duration = Duration::from_secs(1);

/// Returns the connection of a write to the pool. When the answer was lost, finds out whether the write took
/// effect.
pub(super) async fn ended(
    connection: PooledConnection,
    written: Result<(), Error>,
    writers: &ConnectionPool,
    first_event_id: Option<&str>,
) -> Result<(), Error> {
    // Dropped first: finding out needs a connection, and the pool may have room for only one.
    drop(connection);
    match written {
        Err(lost @ Error::Disconnected { .. }) => {
            // The idle connections lead to the same server, so the idle connections are probably broken too.
            writers.forget_idle();
            outcome(writers, first_event_id, lost).await
        }
        written => written,
    }
}

/// The outcome of a write whose connection broke before the answer arrived. The server may still be executing
/// the write.
async fn outcome(writers: &ConnectionPool, first_event_id: Option<&str>, lost: Error) -> Result<(), Error> {
    let Some(first_event_id) = first_event_id else {
        return Err(Error::unavailable("whether the write was committed is not known"));
    };
    let look = || async {
        let looked = tokio::time::timeout(OUTCOME_WAIT_MAX, withdraw(writers, first_event_id)).await;
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
        .notify(|error, _| tracing::warn!(%error, "the outcome of a commit is not known yet: trying again"));
    match found.await {
        Ok(Withdrawn::InTime) => Err(lost),
        Ok(Withdrawn::TooLate) => Ok(()),
        Err(_) => Err(Error::unavailable("whether the write was committed is not known")),
    }
}
