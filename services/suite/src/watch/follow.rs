//! Watching one service, whichever it is.

use csp_proto::customer::v1 as customer;
use csp_proto::feed::v1::{Bookmark, Event, EventFilter, Start};
use csp_proto::partner_registry::v1 as registry;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use tokio::sync::mpsc;
use tonic::Status;
use tonic::transport::Channel;

use super::line::Format;
use crate::connection;
use crate::service::Service;

/// What a watched service tells.
enum Told {
    Event(Box<Event>),
    Bookmark(Bookmark),
}

/// Makes a watch of one service from what its generated code calls things.
macro_rules! watch {
    ($package:ident, $client:path, $channel:expr, $place:expr, $told:expr) => {{
        let (start, cursor, filter) = $place;
        let request = $package::WatchEventsRequest {
            start: start.into(),
            cursor,
            filter: Some(filter),
            bookmark_interval: None,
        };
        let mut client = <$client>::new($channel);
        let mut stream = client.watch_events(connection::by_operator(request)).await?.into_inner();
        while let Some(response) = stream.message().await? {
            let told = match response.content {
                Some($package::watch_events_response::Content::Event(event)) => Told::Event(Box::new(event)),
                Some($package::watch_events_response::Content::Bookmark(bookmark)) => {
                    Told::Bookmark(bookmark)
                }
                None => continue,
            };
            if !$told(told).await {
                break;
            }
        }
        Ok(())
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
    let tell = async |told: Told| match told {
        Told::Event(event) => lines.send(format.line(service, &event)).await.is_ok(),
        Told::Bookmark(bookmark) => !(once && bookmark.caught_up),
    };
    match service {
        Service::PartnerRegistry => watch!(
            registry,
            registry::partner_registry_service_client::PartnerRegistryServiceClient<Channel>,
            channel,
            place,
            tell
        ),
        Service::Relationship => watch!(
            relationship,
            relationship::relationship_service_client::RelationshipServiceClient<Channel>,
            channel,
            place,
            tell
        ),
        Service::Customer => watch!(
            customer,
            customer::customer_service_client::CustomerServiceClient<Channel>,
            channel,
            place,
            tell
        ),
        Service::Subscription => watch!(
            subscription,
            subscription::subscription_service_client::SubscriptionServiceClient<Channel>,
            channel,
            place,
            tell
        ),
    }
}
