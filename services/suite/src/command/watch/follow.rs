//! The change feed of one service, as lines.

use csp_proto::feed::v1::{EventFilter, Start};
use csp_proto::{customer, partner_registry, relationship, subscription};
use csp_service::feed::{self, Following, Told, Watch};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tonic::Status;
use tonic::transport::Channel;

use super::line::Format;
use crate::command::client;
use crate::process::service::Service;

/// Sends a line for each event from `place` (start, cursor and filter) on. Ends with the feed, when `lines`
/// is closed, or, with `once`, at the first bookmark that says that the feed has caught up.
pub(super) async fn follow(
    service: Service,
    channel: Channel,
    place: (Start, String, EventFilter),
    format: Format,
    lines: mpsc::Sender<String>,
    once: bool,
) -> Result<(), Status> {
    let (start, cursor, filter) = place;
    let mut answers = ask(
        service,
        channel,
        Watch { start: start.into(), cursor, filter: Some(filter), bookmark_interval: None },
    )
    .await?;
    while let Some(next) = answers.next().await {
        let goes_on = match next? {
            Told::Event(event) => lines.send(format.line(service, &event)).await.is_ok(),
            Told::Bookmark(bookmark) => !(once && bookmark.caught_up),
        };
        if !goes_on {
            break;
        }
    }
    Ok(())
}

async fn ask(service: Service, channel: Channel, watch: Watch) -> Result<Following, Status> {
    let asked = client::by_operator(watch);
    match service {
        Service::PartnerRegistry => {
            feed::follow::<partner_registry::v1::WatchEventsRequest>(channel, asked).await
        }
        Service::Relationship => feed::follow::<relationship::v1::WatchEventsRequest>(channel, asked).await,
        Service::Customer => feed::follow::<customer::v1::WatchEventsRequest>(channel, asked).await,
        Service::Subscription => feed::follow::<subscription::v1::WatchEventsRequest>(channel, asked).await,
    }
}
