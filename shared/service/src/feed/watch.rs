//! Starting a watch.

use tokio::sync::mpsc;
use tracing::Instrument;

use super::event::Told;
use super::request::{Watch, cursor_fault};
use super::stream::Watching;
use super::watcher::Watcher;
use crate::command::book::Book;
use crate::fault::Result;
use crate::request::call::Call;

/// Starts a watch. `respond` makes the service's own response message of what is told.
///
/// Everything that was committed before the call is numbered first: `START_NOW` lies after it, and the first
/// bookmark that says `caught_up` after all of it.
pub async fn watch<R>(book: &Book, call: &Call, asked: Watch, respond: fn(Told) -> R) -> Result<Watching<R>> {
    let seat = book.feed.seat()?;
    let asked = asked.read(book.service)?;
    let state = book.sequence().await?;
    let place = {
        let mut reader = book.store.read().await?;
        asked.from.place(&mut reader, &state).await.map_err(|error| cursor_fault(book.service, error))?
    };
    let (queue, told) = mpsc::channel(usize::try_from(book.feed.limits.queued_max.max(1)).unwrap_or(1));
    let watcher = Watcher::new(book.clone(), state.id, place, asked.filter, asked.bookmark_interval, queue);
    let drain = call.drain.clone();
    let work = async move {
        let _seat = seat;
        watcher.watch(drain).await
    };
    Ok(Watching::new(told, tokio::spawn(work.in_current_span()), respond))
}
