//! Lost races: the command starts again, a bounded number of times.

use std::future::Future;

use crate::fault::{Fault, Result};

/// How often a command is tried when other writers keep changing what it rests on.
pub const RACES_MAX: u32 = 5;

/// Runs `attempt` until it does not lose a race, at most [`RACES_MAX`] times; the last loss is given back.
///
/// There is no pause in between: a race is only lost to a writer that finished, so the next attempt sees
/// what it wrote.
pub async fn bounded<T, F>(mut attempt: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    for _ in 1..RACES_MAX {
        match attempt().await {
            Err(Fault::LostRace { resource }) => tracing::debug!(resource, "lost a race"),
            outcome => return outcome,
        }
        tokio::task::yield_now().await;
    }
    attempt().await
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn tries_until_won(losses: u32) -> (u32, Result<u32>) {
        let mut tries = 0;
        let outcome = bounded(|| {
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
        assert!(matches!(tries_until_won(4).await, (5, Ok(5))));
    }

    #[tokio::test]
    async fn the_fifth_loss_is_the_last() {
        assert!(matches!(tries_until_won(9).await, (RACES_MAX, Err(Fault::LostRace { .. }))));
    }

    #[tokio::test]
    async fn any_other_fault_ends_it_at_once() {
        let mut tries = 0;
        let outcome: Result<()> = bounded(|| {
            tries += 1;
            async { Err(Fault::Deadline) }
        })
        .await;
        assert!(matches!((tries, outcome), (1, Err(Fault::Deadline))));
    }
}
