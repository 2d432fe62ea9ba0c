//! Watching the change feed.

use std::time::Duration;

use csp_proto::feed::v1::feed_service_client::FeedServiceClient;
use csp_proto::feed::v1::watch_events_response::Content;
use csp_proto::feed::v1::{Bookmark, ChangeEvent, Start, WatchEventsRequest, WatchEventsResponse};
use csp_suite::service::Service;
use tonic::{Status, Streaming};

use crate::Party;

/// Longer than any message takes to arrive: only a hang reaches this limit.
const HANG: Duration = Duration::from_secs(60);

/// The names of the services.
pub const SERVICES: [&str; 4] = ["partner-registry", "relationship", "customer", "subscription"];

/// The open stream of a watch.
#[derive(Debug)]
pub struct Watched(Streaming<WatchEventsResponse>);

impl Party {
    /// Watches the feed of a suite that runs in one process.
    pub async fn watch(&self, asked: WatchEventsRequest) -> Result<Watched, Status> {
        self.watch_at(Service::PartnerRegistry, asked).await
    }

    /// Watches the feed of the process that runs `service`.
    pub async fn watch_at(&self, service: Service, asked: WatchEventsRequest) -> Result<Watched, Status> {
        let mut feed = FeedServiceClient::new(self.connection_to(service));
        Ok(Watched(feed.watch_events(asked).await?.into_inner()))
    }

    /// Watches the feed of a suite that runs in one process from `start`, without a filter.
    pub async fn watch_from(&self, start: Start) -> Watched {
        self.watch(from(start)).await.unwrap()
    }
}

/// The request for a watch from `start`, without a filter.
pub fn from(start: Start) -> WatchEventsRequest {
    WatchEventsRequest { start: start.into(), ..WatchEventsRequest::default() }
}

/// The request for a watch that continues after `cursor`, without a filter.
pub fn after(cursor: &str) -> WatchEventsRequest {
    WatchEventsRequest { cursor: cursor.to_owned(), ..WatchEventsRequest::default() }
}

/// The events that the service with this name made, in order.
pub fn events_of<'a>(service: &str, events: &'a [ChangeEvent]) -> Vec<&'a ChangeEvent> {
    let source = format!("//csp-suite/{service}");
    events.iter().filter(|event| event.source == source).collect()
}

impl Watched {
    /// The next event or bookmark; `None` at the end of the stream.
    pub async fn event_or_bookmark(&mut self) -> Result<Option<Content>, Status> {
        let next = tokio::time::timeout(HANG, self.0.message()).await;
        let next = next.expect("the feed sends something before the time limit")?;
        Ok(next.map(|response| response.content.expect("an event or a bookmark")))
    }

    /// The next event; skips bookmarks.
    pub async fn event(&mut self) -> ChangeEvent {
        loop {
            if let Content::Event(event) = self.next().await {
                return event;
            }
        }
    }

    /// The next bookmark; panics when an event comes first.
    pub async fn bookmark(&mut self) -> Bookmark {
        match self.next().await {
            Content::Bookmark(bookmark) => bookmark,
            Content::Event(event) => panic!("expected a bookmark, got {event:?}"),
        }
    }

    /// All events before the first bookmark that says the watch has caught up, and that bookmark.
    pub async fn until_caught_up(&mut self) -> (Vec<ChangeEvent>, Bookmark) {
        let mut events = Vec::new();
        loop {
            match self.next().await {
                Content::Event(event) => events.push(event),
                Content::Bookmark(bookmark) if bookmark.caught_up => return (events, bookmark),
                Content::Bookmark(_) => {}
            }
        }
    }

    async fn next(&mut self) -> Content {
        self.event_or_bookmark().await.unwrap().expect("the stream goes on")
    }
}
