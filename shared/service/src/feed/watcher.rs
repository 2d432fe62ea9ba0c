//! Tells one consumer what happens, until one of both ends.

use std::convert::Infallible;
use std::time::Duration;

use csp_proto::Told;
use csp_proto::feed::v1 as pb;
use csp_store::feed::{self, Page, Place};
use csp_store::journal::Recorded;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::event;
use super::filter::Filter;
use super::request::cursor_fault;
use crate::command::book::Book;
use crate::command::races;
use crate::fault::{Fault, Result};
use crate::runtime::drain::Drain;

/// Entries that a watcher reads at once.
const PAGE_ENTRIES: u32 = 100;

pub(super) struct Watcher {
    book: Book,
    feed_id: String,
    /// After everything that was told or did not fit.
    place: Place,
    filter: Filter,
    bookmark_interval: Duration,
    queue: mpsc::Sender<Told>,
    told_last: Instant,
    has_caught_up: bool,
}

impl Watcher {
    pub(super) fn new(
        book: Book,
        feed_id: String,
        place: Place,
        filter: Filter,
        bookmark_interval: Duration,
        queue: mpsc::Sender<Told>,
    ) -> Self {
        let told_last = Instant::now();
        Watcher { book, feed_id, place, filter, bookmark_interval, queue, told_last, has_caught_up: false }
    }

    /// Goes on until something ends it, and says what.
    pub(super) async fn watch(mut self, mut drain: Drain) -> Fault {
        let consumer = self.queue.clone();
        let ended = tokio::select! {
            biased;
            () = drain.begun() => None,
            // Nobody hears it.
            () = consumer.closed() => None,
            ended = self.follow() => Some(ended),
        };
        match ended {
            Some(Err(fault)) => fault,
            None => Fault::Stopping { cursor: self.cursor() },
        }
    }

    async fn follow(&mut self) -> Result<Infallible> {
        let mut next = self.book.feed.next.subscribe();
        loop {
            next.borrow_and_update();
            let Page { entries, is_last } = self.read().await?;
            for entry in entries {
                self.pass(&entry).await?;
            }
            if is_last {
                self.wait(&mut next).await?;
            }
        }
    }

    /// The next page; a lost connection is no reason to end a stream.
    async fn read(&self) -> Result<Page> {
        races::bounded(None, || self.try_read()).await
    }

    async fn try_read(&self) -> Result<Page> {
        let mut reader = self.book.store.read().await?;
        let page = feed::page(&mut reader, self.place.position, PAGE_ENTRIES).await;
        page.map_err(|error| cursor_fault(self.book.service, error))
    }

    async fn pass(&mut self, entry: &Recorded) -> Result<()> {
        let place = Place { position: self.place.position + 1, event_id: entry.event_id.clone() };
        if self.filter.fits(self.book.service, entry) {
            let event = event::event(self.book.service, &self.feed_id, entry, &place)?;
            self.tell(Told::Event(Box::new(event))).await?;
            self.place = place;
        } else {
            self.place = place;
            if self.told_last.elapsed() >= self.bookmark_interval {
                self.tell(self.bookmark(false)).await?;
            }
        }
        Ok(())
    }

    /// Waits for more, with a bookmark from time to time.
    async fn wait(&mut self, next: &mut watch::Receiver<i64>) -> Result<()> {
        if !self.has_caught_up {
            self.has_caught_up = true;
            self.tell(self.bookmark(true)).await?;
        }
        loop {
            tokio::select! {
                // The book holds the sender: an error cannot be.
                _ = next.changed() => return Ok(()),
                () = sleep_until(self.told_last + self.bookmark_interval) => {
                    self.tell(self.bookmark(true)).await?;
                }
            }
        }
    }

    async fn tell(&mut self, told: Told) -> Result<()> {
        let wait_max = self.book.feed.limits.consumer_wait_max;
        match timeout(wait_max, self.queue.reserve()).await {
            Ok(Ok(place)) => {
                place.send(told);
                self.told_last = Instant::now();
                Ok(())
            }
            // Nobody hears it.
            Ok(Err(_)) => Err(Fault::Stopping { cursor: self.cursor() }),
            Err(_) => {
                tracing::info!(
                    service = self.book.service,
                    position = self.place.position,
                    "a slow consumer"
                );
                Err(Fault::FeedConsumerTooSlow { wait_max, cursor: self.cursor() })
            }
        }
    }

    fn bookmark(&self, caught_up: bool) -> Told {
        Told::Bookmark(pb::Bookmark { cursor: self.cursor(), position: self.place.position, caught_up })
    }

    fn cursor(&self) -> String {
        self.place.cursor(&self.feed_id)
    }
}
