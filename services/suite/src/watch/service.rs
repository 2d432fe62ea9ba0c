//! Watching one service, whichever it is.

use clap::ValueEnum;
use csp_proto::customer::v1 as customer;
use csp_proto::feed::v1::{Bookmark, Event, EventFilter, Start};
use csp_proto::partner_registry::v1 as registry;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_service::feed;
use tokio::sync::mpsc;
use tonic::Status;
use tonic::transport::Channel;

use super::line::Format;
use crate::connection;

/// A service, as it is written on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Service {
    /// Companies, partner accounts, users, agreements, listings
    PartnerRegistry,
    /// Partnerships, reseller relationships, admin grants, invitations
    Relationship,
    /// Customers, their agreements, operations
    Customer,
    /// Offers, carts, orders, subscriptions
    Subscription,
}

/// What a watched service tells.
#[derive(Debug)]
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

impl Service {
    /// As the suite calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Service::PartnerRegistry => csp_partner_registry::NAME,
            Service::Relationship => csp_relationship::NAME,
            Service::Customer => csp_customer::NAME,
            Service::Subscription => csp_subscription::NAME,
        }
    }

    /// Those of the kinds that this service has.
    pub(super) fn types_of(self, kinds: &[String]) -> Vec<String> {
        kinds.iter().filter(|kind| feed::is_resource_type(self.name(), kind)).cloned().collect()
    }
}
