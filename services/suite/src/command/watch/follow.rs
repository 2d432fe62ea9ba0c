//! Watching one service, whichever it is.

use csp_proto::customer::v1::{self as customer, customer_service_client::CustomerServiceClient};
use csp_proto::feed::v1::{EventFilter, Start};
use csp_proto::partner_registry::v1::{
    self as registry, partner_registry_service_client::PartnerRegistryServiceClient,
};
use csp_proto::relationship::v1::{
    self as relationship, relationship_service_client::RelationshipServiceClient,
};
use csp_proto::subscription::v1::{
    self as subscription, subscription_service_client::SubscriptionServiceClient,
};
use csp_service::feed::Told;
use tokio::sync::mpsc;
use tonic::transport::Channel;
use tonic::{Status, Streaming};

use super::line::Format;
use crate::command::client;
use crate::process::service::Service;

/// Makes a watch of one service from what its generated code calls things.
macro_rules! watch {
    ($package:ident, $client:ident, $channel:expr, $place:expr, $teller:expr) => {{
        let (start, cursor, filter) = $place;
        let request = $package::WatchEventsRequest {
            start: start.into(),
            cursor,
            filter: Some(filter),
            bookmark_interval: None,
        };
        let told = |response: $package::WatchEventsResponse| {
            Some(match response.content? {
                $package::watch_events_response::Content::Event(event) => Told::Event(Box::new(event)),
                $package::watch_events_response::Content::Bookmark(bookmark) => Told::Bookmark(bookmark),
            })
        };
        let stream = $client::new($channel).watch_events(client::by_operator(request)).await?;
        $teller.tell_all(stream.into_inner(), told).await
    }};
}

/// Sends a line for each event, until the watch ends or, with `once`, everything that was there is told.
pub(super) async fn follow(
    service: Service,
    channel: Channel,
    place: (Start, String, EventFilter),
    format: Format,
    lines: mpsc::Sender<String>,
    once: bool,
) -> Result<(), Status> {
    let teller = Teller { service, format, lines, once };
    match service {
        Service::PartnerRegistry => watch!(registry, PartnerRegistryServiceClient, channel, place, teller),
        Service::Relationship => watch!(relationship, RelationshipServiceClient, channel, place, teller),
        Service::Customer => watch!(customer, CustomerServiceClient, channel, place, teller),
        Service::Subscription => watch!(subscription, SubscriptionServiceClient, channel, place, teller),
    }
}

/// Tells what one service says, line by line.
struct Teller {
    service: Service,
    format: Format,
    lines: mpsc::Sender<String>,
    /// Until everything that was there is told.
    once: bool,
}

impl Teller {
    async fn tell_all<R>(self, mut stream: Streaming<R>, told: fn(R) -> Option<Told>) -> Result<(), Status> {
        while let Some(response) = stream.message().await? {
            let goes_on = match told(response) {
                Some(Told::Event(event)) => {
                    self.lines.send(self.format.line(self.service, &event)).await.is_ok()
                }
                Some(Told::Bookmark(bookmark)) => !(self.once && bookmark.caught_up),
                None => true,
            };
            if !goes_on {
                break;
            }
        }
        Ok(())
    }
}
