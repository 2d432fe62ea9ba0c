//! Commands that lost a race, or their connection, start again: a bounded number of times, inside the deadline.

use std::future::Future;
use std::time::{Duration, Instant};

use backon::{ExponentialBuilder, Retryable};

use crate::fault::{Fault, Result};

/// How often a command is tried when other writers keep changing what it rests on, or its database keeps ending
/// its connections.
pub const RACES_MAX: usize = 8;
/// The first pause between two tries; each further one is twice as long. Every pause is lengthened by chance, at
/// most to twice its length: two that hindered each other must not meet again.
pub const PAUSE_MIN: Duration = Duration::from_millis(1);
/// The longest pause, before chance.
pub const PAUSE_MAX: Duration = Duration::from_millis(200);

/// Runs `attempt` from its beginning until it neither loses a race nor its connection, at most [`RACES_MAX`]
/// times and not after `deadline`; the last loss is given back.
pub async fn bounded<T, F>(deadline: Option<Instant>, attempt: impl FnMut() -> F) -> Result<T>
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
    attempt
        .retry(pauses)
        .sleep(tokio::time::sleep)
        .when(|fault: &Fault| fault.may_pass() && in_time())
        .notify(|fault, pause| tracing::debug!(?fault, ?pause, "the command starts again"))
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
    async fn the_eighth_loss_is_the_last() {
        assert!(matches!(tries_until_won(12).await, (RACES_MAX, Err(Fault::LostRace { .. }))));
    }

    #[tokio::test]
    async fn nothing_starts_again_after_the_deadline() {
        let mut tries = 0;
        let outcome: Result<()> = bounded(Some(Instant::now()), || {
            tries += 1;
            async { Err(Fault::StoreDisconnected) }
        })
        .await;
        assert!(matches!((tries, outcome), (1, Err(Fault::StoreDisconnected))));
    }

    #[tokio::test]
    async fn any_other_fault_ends_it_at_once() {
        let mut tries = 0;
        let outcome: Result<()> = bounded(None, || {
            tries += 1;
            async { Err(Fault::Deadline) }
        })
        .await;
        assert!(matches!((tries, outcome), (1, Err(Fault::Deadline))));
    }
}
