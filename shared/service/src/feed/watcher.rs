//! The watcher: sends the events of a feed to one consumer, until the consumer or the server ends.

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

/// Maximum number of entries that a watcher reads at once.
const PAGE_ENTRIES: u32 = 100;

pub(super) struct Watcher {
    book: Book,
    feed_id: String,
    /// The place after the last entry that was sent or filtered out.
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

    /// Runs until the watch ends, and returns the reason.
    pub(super) async fn watch(mut self, mut drain: Drain) -> Fault {
        let consumer = self.queue.clone();
        let ended = tokio::select! {
            biased;
            () = drain.begun() => None,
            // The consumer is gone, so nobody reads this fault.
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

    /// Reads the next page, with retries: a lost database connection does not end the stream.
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

    /// Waits for new entries, and sends a bookmark after each bookmark interval.
    async fn wait(&mut self, next: &mut watch::Receiver<i64>) -> Result<()> {
        if !self.has_caught_up {
            self.has_caught_up = true;
            self.tell(self.bookmark(true)).await?;
        }
        loop {
            tokio::select! {
                // `changed` fails only without a sender, and the book holds the sender.
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
            // The consumer is gone, so nobody reads this fault.
            Ok(Err(_)) => Err(Fault::Stopping { cursor: self.cursor() }),
            Err(_) => {
                tracing::info!(
                    service = self.book.service,
                    position = self.place.position,
                    "a consumer of the change feed is too slow; its stream ends and can be resumed"
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
