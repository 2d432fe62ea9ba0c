//! The sequencer: gives committed journal entries their positions in the feed.

use std::pin::pin;
use std::time::Duration;

use csp_store::feed::{self, ENTRIES_SEQUENCED_MAX, State};
use csp_store::{Error, Store};
use tokio::time::sleep;

use crate::command::book::Book;
use crate::command::races;
use crate::fault::{Fault, Result};

/// How often the sequencer looks for entries of other processes, or of a process that crashed before its
/// entries were numbered.
pub const PASS_PERIOD: Duration = Duration::from_millis(500);
/// Pause after a pass of the sequencer, so that commits in quick succession are numbered together.
pub const PASS_PAUSE: Duration = Duration::from_millis(50);

impl Book {
    /// Numbers all entries that were committed before the call, wakes the watchers, and returns the state of
    /// the feed.
    pub async fn sequence(&self) -> Result<State> {
        while races::bounded(None, || pass(&self.store, || self.next_id())).await? {}
        let state = feed::state(&mut *self.store.read_once().await?).await?;
        let state =
            state.ok_or_else(|| Fault::internal("the feed has no state after a pass of the sequencer"))?;
        self.signals.next.send_if_modified(|next| {
            let has_come_further = *next < state.next_position;
            *next = state.next_position.max(*next);
            has_come_further
        });
        Ok(state)
    }

    /// Numbers committed entries until `stop` completes. Runs once in every process that serves the book.
    pub async fn run_sequencer(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            if let Err(fault) = self.sequence().await {
                tracing::warn!(
                    service = self.service,
                    ?fault,
                    "committed entries were not numbered; the next pass retries, watchers wait"
                );
            }
            tokio::select! {
                () = &mut stop => return,
                () = sleep(PASS_PAUSE) => {}
            }
            tokio::select! {
                () = &mut stop => return,
                () = self.signals.committed.notified() => {}
                () = sleep(PASS_PERIOD) => {}
            }
        }
    }

    /// Deletes numbered journal entries that are older than `keep`, at most one batch. Returns whether there
    /// may be more.
    pub async fn prune_journal(&self, keep: Duration) -> Result<bool> {
        let keep = i64::try_from(keep.as_micros()).unwrap_or(i64::MAX);
        let before = self.micros().saturating_sub(keep);
        let mut tx = self.store.write();
        let erased = feed::prune(&mut tx, before).await?;
        tx.commit().await?;
        Ok(erased >= u64::from(feed::ENTRIES_PRUNED_MAX))
    }
}

/// One pass of the sequencer: numbers one batch of entries in one transaction, if there are unnumbered
/// entries. Returns whether there may be more. A batch that is not full contains every entry that was
/// committed before the pass began.
async fn pass(store: &Store, new_id: impl Fn() -> String) -> Result<bool> {
    let has_work = {
        let mut reader = store.read_once().await?;
        feed::state(&mut reader).await?.is_none() || feed::awaits(&mut reader).await?
    };
    if !has_work {
        return Ok(false);
    }
    let mut tx = store.write();
    let numbered = feed::sequence(&mut tx, &new_id(), ENTRIES_SEQUENCED_MAX).await?;
    let committed = tx.commit().await;
    committed.map_err(|error: Error| Fault::from(error))?;
    Ok(numbered >= u64::from(ENTRIES_SEQUENCED_MAX))
}
