//! Numbers what was committed, turn by turn.

use std::pin::pin;
use std::time::Duration;

use csp_store::feed::{self, ENTRIES_SEQUENCED_MAX, State};
use csp_store::{Error, Store};
use tokio::time::sleep;

use crate::command::book::Book;
use crate::command::races;
use crate::fault::{Fault, Result};

/// How often the sequencer looks for what other processes committed, or a crash left.
pub const TURN_PERIOD: Duration = Duration::from_millis(500);
/// How long it rests after a turn, so that the commits of a busy moment share the next.
pub const TURN_PAUSE: Duration = Duration::from_millis(50);

impl Book {
    /// Numbers everything that was committed before the call, and tells the watchers; gives how far the feed has
    /// come.
    pub async fn sequence(&self) -> Result<State> {
        while races::bounded(None, || turn(&self.store, || self.next_id())).await? {}
        let state = feed::state(&mut *self.store.read_once().await?).await?;
        let state = state.ok_or_else(|| Fault::internal("a feed was not opened"))?;
        self.feed.next.send_if_modified(|next| {
            let has_come_further = *next < state.next_position;
            *next = state.next_position.max(*next);
            has_come_further
        });
        Ok(state)
    }

    /// Numbers what is committed, until told to stop: runs once in every process that serves the book.
    pub async fn run_sequencer(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            if let Err(fault) = self.sequence().await {
                tracing::warn!(
                    service = self.service,
                    ?fault,
                    "entries were not numbered; the next turn does"
                );
            }
            tokio::select! {
                () = &mut stop => return,
                () = sleep(TURN_PAUSE) => {}
            }
            tokio::select! {
                () = &mut stop => return,
                () = self.feed.committed.notified() => {}
                () = sleep(TURN_PERIOD) => {}
            }
        }
    }

    /// Erases journal entries that are older than `keep` and were numbered, at most one batch; says whether there
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

/// One transaction of numbering, if there is something to number; says whether there may be more. One that is not
/// full has numbered everything that was committed before it began.
async fn turn(store: &Store, new_id: impl Fn() -> String) -> Result<bool> {
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
