//! Watching the change feed of any service, in one form for all services.

use std::time::Duration;

use csp_proto::customer::v1 as customer;
use csp_proto::feed::v1::{Bookmark, Event, Start};
use csp_proto::partner_registry::v1 as registry;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_service::feed::{Told, Watch};
use tonic::{Status, Streaming};

use crate::Party;

/// Longer than any message takes to arrive: only a hang reaches this limit.
const HANG: Duration = Duration::from_secs(60);

/// The names of the services.
pub const SERVICES: [&str; 4] = ["partner-registry", "relationship", "customer", "subscription"];

/// The open stream of a watch.
#[derive(Debug)]
pub enum Watched {
    /// A stream of the partner registry.
    Registry(Streaming<registry::WatchEventsResponse>),
    /// A stream of the relationship service.
    Relationship(Streaming<relationship::WatchEventsResponse>),
    /// A stream of the customer service.
    Customer(Streaming<customer::WatchEventsResponse>),
    /// A stream of the subscription service.
    Subscription(Streaming<subscription::WatchEventsResponse>),
}

/// Calls `WatchEvents` of one service, and wraps the stream in the variant of that service.
macro_rules! call {
    ($client:expr, $package:ident, $asked:expr, $watched:path) => {{
        let Watch { start, cursor, filter, bookmark_interval } = $asked;
        let request = $package::WatchEventsRequest { start, cursor, filter, bookmark_interval };
        Ok($watched($client.watch_events(request).await?.into_inner()))
    }};
}

/// The next message of a stream, as the type that all services share.
macro_rules! message {
    ($stream:expr, $package:ident) => {{
        use $package::watch_events_response::Content;
        let response = $stream.message().await?;
        response.map(|response| match response.content.expect("an event or a bookmark") {
            Content::Event(event) => Told::Event(Box::new(event)),
            Content::Bookmark(bookmark) => Told::Bookmark(bookmark),
        })
    }};
}

impl Party {
    /// Watches the service with this name.
    pub async fn watch(&self, service: &str, asked: Watch) -> Result<Watched, Status> {
        match service {
            "partner-registry" => call!(self.registry(), registry, asked, Watched::Registry),
            "relationship" => call!(self.relationship(), relationship, asked, Watched::Relationship),
            "customer" => call!(self.customers(), customer, asked, Watched::Customer),
            _ => call!(self.subscription(), subscription, asked, Watched::Subscription),
        }
    }

    /// Watches the service with this name from `start`, without a filter.
    pub async fn watch_from(&self, service: &str, start: Start) -> Watched {
        self.watch(service, from(start)).await.unwrap()
    }
}

/// The request for a watch from `start`, without a filter.
pub fn from(start: Start) -> Watch {
    Watch { start: start.into(), ..Watch::default() }
}

/// The request for a watch that continues after `cursor`, without a filter.
pub fn after(cursor: &str) -> Watch {
    Watch { cursor: cursor.to_owned(), ..Watch::default() }
}

impl Watched {
    /// The next event or bookmark; `None` at the end of the stream.
    pub async fn event_or_bookmark(&mut self) -> Result<Option<Told>, Status> {
        tokio::time::timeout(HANG, self.message())
            .await
            .expect("the feed sends something before the time limit")
    }

    /// The next event; skips bookmarks.
    pub async fn event(&mut self) -> Event {
        loop {
            if let Told::Event(event) = self.event_or_bookmark().await.unwrap().expect("the stream goes on") {
                return *event;
            }
        }
    }

    /// The next bookmark; panics when an event comes first.
    pub async fn bookmark(&mut self) -> Bookmark {
        match self.event_or_bookmark().await.unwrap().expect("the stream goes on") {
            Told::Bookmark(bookmark) => bookmark,
            Told::Event(event) => panic!("expected a bookmark, got {event:?}"),
        }
    }

    /// All events before the first bookmark that says the watch has caught up, and that bookmark.
    pub async fn until_caught_up(&mut self) -> (Vec<Event>, Bookmark) {
        let mut events = Vec::new();
        loop {
            match self.event_or_bookmark().await.unwrap().expect("the stream goes on") {
                Told::Event(event) => events.push(*event),
                Told::Bookmark(bookmark) if bookmark.caught_up => return (events, bookmark),
                Told::Bookmark(_) => {}
            }
        }
    }

    async fn message(&mut self) -> Result<Option<Told>, Status> {
        Ok(match self {
            Watched::Registry(stream) => message!(stream, registry),
            Watched::Relationship(stream) => message!(stream, relationship),
            Watched::Customer(stream) => message!(stream, customer),
            Watched::Subscription(stream) => message!(stream, subscription),
        })
    }
}
