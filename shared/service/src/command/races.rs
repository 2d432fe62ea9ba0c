//! Retries of commands that lost a race or their database connection: a bounded number of tries, within the
//! deadline.

use std::future::Future;
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable};

use crate::fault::{Fault, Result};

/// Maximum number of tries of a command that keeps losing races or database connections.
pub const RACES_MAX: usize = 8;
/// The first pause between two tries. Each further pause is twice as long. Random jitter lengthens every
/// pause, at most to twice its length, so that two colliding commands do not collide again.
pub const PAUSE_MIN: Duration = Duration::from_millis(1);
/// Maximum pause between two tries, without jitter.
pub const PAUSE_MAX: Duration = Duration::from_millis(200);

/// Runs `one_try` again after each lost race or lost connection: at most [`RACES_MAX`] tries, and no new try
/// after `deadline`. Returns the fault of the last try when every try lost its race or connection.
pub async fn bounded<T, F>(deadline: Option<Instant>, one_try: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let pauses = ExponentialBuilder::new()
        .with_min_delay(PAUSE_MIN)
        .with_factor(2.0)
        .with_max_delay(PAUSE_MAX)
        .with_max_times(RACES_MAX - 1)
        .with_jitter();
    let in_time = || deadline.is_none_or(|deadline| Instant::now() < deadline);
    one_try
        .retry(pauses)
        .sleep(tokio::time::sleep)
        .when(|fault: &Fault| fault.may_pass() && in_time())
        .notify(|fault, pause| {
            tracing::debug!(?fault, ?pause, "the command lost a race or its connection and is retried")
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn tries_until_won(losses: usize) -> (usize, Result<usize>) {
        let mut tries = 0;
        let outcome = bounded(None, || {
            tries += 1;
            let tried = tries;
            async move { if tried <= losses { Err(Fault::lost_race("partners/p")) } else { Ok(tried) } }
        })
        .await;
        (tries, outcome)
    }

    #[tokio::test]
    async fn a_lost_race_starts_the_command_again() {
        assert!(matches!(tries_until_won(0).await, (1, Ok(1))));
        assert!(matches!(tries_until_won(7).await, (8, Ok(8))));
    }

    #[tokio::test]
    async fn after_eight_lost_races_the_fault_is_returned() {
        assert!(matches!(tries_until_won(12).await, (RACES_MAX, Err(Fault::LostRace { .. }))));
    }

    #[tokio::test]
    async fn a_command_is_not_retried_after_its_deadline() {
        let mut tries = 0;
        let outcome: Result<()> = bounded(Some(Instant::now()), || {
            tries += 1;
            async { Err(Fault::StoreDisconnected) }
        })
        .await;
        assert!(matches!((tries, outcome), (1, Err(Fault::StoreDisconnected))));
    }

    #[tokio::test]
    async fn any_other_fault_is_not_retried() {
        let mut tries = 0;
        let outcome: Result<()> = bounded(None, || {
            tries += 1;
            async { Err(Fault::Deadline) }
        })
        .await;
        assert!(matches!((tries, outcome), (1, Err(Fault::Deadline))));
    }
}
