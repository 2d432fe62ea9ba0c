//! One book as a source of a feed, and the place up to which a watcher has read it.

use csp_store::feed::{self, CursorError, Page, Place};
use tokio::sync::watch;

use crate::command::book::Book;
use crate::command::races;
use crate::fault::{Fault, Result};

/// Maximum number of entries that a watcher reads of one source at once.
const PAGE_ENTRIES: u32 = 100;

/// A book that is watched.
pub(super) struct Source {
    pub(super) book: Book,
    /// The source of the book's events, for example `//csp-suite/relationship`.
    pub(super) name: String,
    /// The id of the book's feed.
    pub(super) feed_id: String,
    /// The place after the last entry that was sent or filtered out.
    pub(super) place: Place,
    /// The position of the next entry.
    next: watch::Receiver<i64>,
}

impl Source {
    /// Numbers all entries of the book that were committed before the call. The place is before the first
    /// entry.
    pub(super) async fn open(book: Book, deployment: &str) -> Result<Source> {
        let feed_id = book.sequence().await?.id;
        let (name, next) = (Source::name(deployment, book.service), book.signals.next.subscribe());
        Ok(Source { book, name, feed_id, place: Place::BEGINNING, next })
    }

    /// The source of the events of this service.
    pub(super) fn name(deployment: &str, service: &str) -> String {
        format!("//{deployment}/{service}")
    }

    /// Whether an entry follows the place.
    pub(super) fn has_more(&self) -> bool {
        follows(&self.place, *self.next.borrow())
    }

    /// Completes when an entry follows the place.
    pub(super) async fn more(&mut self) {
        let place = &self.place;
        // An error means that there is no sender, and the book holds the sender.
        drop(self.next.wait_for(|next| follows(place, *next)).await);
    }

    /// Reads the next page, with retries: a lost database connection does not end the stream.
    pub(super) async fn read(&self) -> Result<Page> {
        races::bounded(None, || self.try_read()).await
    }

    async fn try_read(&self) -> Result<Page> {
        let mut reader = self.book.store.read().await?;
        let page = feed::page(&mut reader, self.place.position, PAGE_ENTRIES).await;
        page.map_err(|error| cursor_fault(&self.name, error))
    }
}

fn follows(place: &Place, next: i64) -> bool {
    next > place.position + 1
}

/// The fault for a cursor that the feed with this source does not accept.
pub(super) fn cursor_fault(source: &str, error: CursorError) -> Fault {
    let source = source.to_owned();
    match error {
        CursorError::Malformed => Fault::FeedCursorInvalid,
        CursorError::Foreign => Fault::FeedCursorForeign { source },
        CursorError::TooOld { position, first } => Fault::FeedCursorTooOld { source, position, first },
        CursorError::Store(error) => error.into(),
    }
}
