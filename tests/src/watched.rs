//! Watching a service's change feed, whichever service it is.

use std::time::Duration;

use csp_proto::customer::v1 as customer;
use csp_proto::feed::v1::{Bookmark, Event, Start};
use csp_proto::partner_registry::v1 as registry;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_service::feed::{Told, Watch};
use tonic::{Status, Streaming};

use crate::Party;

/// Longer than anything here takes: only a hang reaches it.
const HANG: Duration = Duration::from_secs(60);

/// The services, by name.
pub const SERVICES: [&str; 4] = ["partner-registry", "relationship", "customer", "subscription"];

/// A watch that goes on.
#[derive(Debug)]
pub enum Watched {
    /// Of the partner registry.
    Registry(Streaming<registry::WatchEventsResponse>),
    /// Of the relationship service.
    Relationship(Streaming<relationship::WatchEventsResponse>),
    /// Of the customer service.
    Customer(Streaming<customer::WatchEventsResponse>),
    /// Of the subscription service.
    Subscription(Streaming<subscription::WatchEventsResponse>),
}

/// One call of `WatchEvents`, and its stream as this service's.
macro_rules! call {
    ($client:expr, $package:ident, $asked:expr, $watched:path) => {{
        let Watch { start, cursor, filter, bookmark_interval } = $asked;
        let request = $package::WatchEventsRequest { start, cursor, filter, bookmark_interval };
        Ok($watched($client.watch_events(request).await?.into_inner()))
    }};
}

/// The next message of a stream, in the words of every service.
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
    /// Watches a service.
    pub async fn watch(&self, service: &str, asked: Watch) -> Result<Watched, Status> {
        match service {
            "partner-registry" => call!(self.registry(), registry, asked, Watched::Registry),
            "relationship" => call!(self.relationship(), relationship, asked, Watched::Relationship),
            "customer" => call!(self.customers(), customer, asked, Watched::Customer),
            _ => call!(self.subscription(), subscription, asked, Watched::Subscription),
        }
    }

    /// Watches a service from here.
    pub async fn watch_from(&self, service: &str, start: Start) -> Watched {
        self.watch(service, from(start)).await.unwrap()
    }
}

/// A watch without filter.
pub fn from(start: Start) -> Watch {
    Watch { start: start.into(), ..Watch::default() }
}

/// A watch that goes on.
pub fn after(cursor: &str) -> Watch {
    Watch { cursor: cursor.to_owned(), ..Watch::default() }
}

impl Watched {
    /// What is told next; `None` at the end.
    pub async fn told(&mut self) -> Result<Option<Told>, Status> {
        tokio::time::timeout(HANG, self.message()).await.expect("something is told")
    }

    /// The next event.
    pub async fn event(&mut self) -> Event {
        loop {
            if let Told::Event(event) = self.told().await.unwrap().expect("the stream goes on") {
                return *event;
            }
        }
    }

    /// The next bookmark; no event comes before it.
    pub async fn bookmark(&mut self) -> Bookmark {
        match self.told().await.unwrap().expect("the stream goes on") {
            Told::Bookmark(bookmark) => bookmark,
            Told::Event(event) => panic!("told of {event:?}"),
        }
    }

    /// Everything that was there when the watch began, and the place after it.
    pub async fn until_caught_up(&mut self) -> (Vec<Event>, Bookmark) {
        let mut events = Vec::new();
        loop {
            match self.told().await.unwrap().expect("the stream goes on") {
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
