//! The watcher: sends the events of a feed to one consumer, until the consumer or the server ends.

use std::convert::Infallible;
use std::task::Poll;
use std::time::Duration;

use csp_proto::feed::v1 as pb;
use csp_proto::feed::v1::watch_events_response::Content;
use csp_store::feed::{self, Page, Place};
use csp_store::journal::Recorded;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::event;
use super::filter::Filter;
use super::source::Source;
use crate::fault::{Fault, Result};
use crate::runtime::drain::Drain;

pub(super) struct Watcher {
    /// Never empty, always in the same order: a cursor names their places in this order.
    sources: Vec<Source>,
    filter: Filter,
    bookmark_interval: Duration,
    consumer_wait_max: Duration,
    queue: mpsc::Sender<pb::WatchEventsResponse>,
    told_last: Instant,
    has_caught_up: bool,
}

impl Watcher {
    pub(super) fn new(
        sources: Vec<Source>,
        filter: Filter,
        bookmark_interval: Duration,
        consumer_wait_max: Duration,
        queue: mpsc::Sender<pb::WatchEventsResponse>,
    ) -> Self {
        let (told_last, has_caught_up) = (Instant::now(), false);
        Watcher { sources, filter, bookmark_interval, consumer_wait_max, queue, told_last, has_caught_up }
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

    /// Reads the sources in turn, a page of each, so that none waits for the end of another.
    async fn follow(&mut self) -> Result<Infallible> {
        loop {
            let mut has_read = false;
            for index in 0..self.sources.len() {
                has_read |= self.pass_page(index).await?;
            }
            if !has_read {
                self.wait().await?;
            }
        }
    }

    /// Passes the next page of the source at `index`; false when the source has none.
    async fn pass_page(&mut self, index: usize) -> Result<bool> {
        let Some(source) = self.sources.get(index).filter(|source| source.has_more()) else {
            return Ok(false);
        };
        let Page { entries, .. } = source.read().await?;
        for entry in &entries {
            self.pass(index, entry).await?;
        }
        Ok(true)
    }

    async fn pass(&mut self, index: usize, entry: &Recorded) -> Result<()> {
        let Some(source) = self.sources.get(index) else { return Ok(()) };
        let place = Place::after(source.place.position + 1, &entry.event_id);
        let fits = self.filter.fits(entry);
        if fits {
            let cursor = self.cursor_with(index, &place);
            let event = event::event(&source.name, entry, place.position, cursor)?;
            self.tell(Content::Event(event)).await?;
        }
        if let Some(source) = self.sources.get_mut(index) {
            source.place = place;
        }
        if !fits && self.told_last.elapsed() >= self.bookmark_interval {
            self.tell(self.bookmark(false)).await?;
        }
        Ok(())
    }

    /// Waits for new entries, and sends a bookmark after each bookmark interval.
    async fn wait(&mut self) -> Result<()> {
        if !self.has_caught_up {
            self.has_caught_up = true;
            self.tell(self.bookmark(true)).await?;
        }
        loop {
            let bookmark_time = self.told_last + self.bookmark_interval;
            tokio::select! {
                () = any_has_more(&mut self.sources) => return Ok(()),
                () = sleep_until(bookmark_time) => self.tell(self.bookmark(true)).await?,
            }
        }
    }

    async fn tell(&mut self, content: Content) -> Result<()> {
        match timeout(self.consumer_wait_max, self.queue.reserve()).await {
            Ok(Ok(place)) => {
                place.send(pb::WatchEventsResponse { content: Some(content) });
                self.told_last = Instant::now();
                Ok(())
            }
            // The consumer is gone, so nobody reads this fault.
            Ok(Err(_)) => Err(Fault::Stopping { cursor: self.cursor() }),
            Err(_) => {
                let (wait_max, cursor) = (self.consumer_wait_max, self.cursor());
                tracing::info!(
                    cursor,
                    "a consumer of the change feed is too slow; its stream ends and can be resumed"
                );
                Err(Fault::FeedConsumerTooSlow { wait_max, cursor })
            }
        }
    }

    fn bookmark(&self, caught_up: bool) -> Content {
        Content::Bookmark(pb::Bookmark { cursor: self.cursor(), caught_up })
    }

    fn cursor(&self) -> String {
        feed::cursor(self.sources.iter().map(|source| (source.feed_id.as_str(), &source.place)))
    }

    /// The cursor after the source at `index` has come to `place`.
    fn cursor_with(&self, index: usize, place: &Place) -> String {
        feed::cursor(
            self.sources.iter().enumerate().map(|(at, source)| {
                (source.feed_id.as_str(), if at == index { place } else { &source.place })
            }),
        )
    }
}

/// Completes when an entry follows the place of a source.
async fn any_has_more(sources: &mut [Source]) {
    let mut waits: Vec<_> = sources.iter_mut().map(|source| Box::pin(source.more())).collect();
    let any = std::future::poll_fn(|context| {
        let is_over = waits.iter_mut().any(|wait| wait.as_mut().poll(context).is_ready());
        if is_over { Poll::Ready(()) } else { Poll::Pending }
    });
    any.await;
}
