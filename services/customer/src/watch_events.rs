//! Tells every change of this service's resources, as it happens: `WatchEvents`.

use csp_proto::customer::v1 as pb;
use csp_proto::customer::v1::watch_events_response::Content;
use csp_service::feed::{self, Told, Watch, Watching};
use csp_service::{Call, Result};

use crate::CustomerService;

pub(crate) async fn watch_events(
    service: &CustomerService,
    call: &Call,
    request: pb::WatchEventsRequest,
) -> Result<Watching<pb::WatchEventsResponse>> {
    let pb::WatchEventsRequest { start, cursor, filter, bookmark_interval } = request;
    let asked = Watch { start, cursor, filter, bookmark_interval };
    feed::watch(&service.book, call, asked, respond).await
}

fn respond(told: Told) -> pb::WatchEventsResponse {
    let content = match told {
        Told::Event(event) => Content::Event(*event),
        Told::Bookmark(bookmark) => Content::Bookmark(bookmark),
    };
    pb::WatchEventsResponse { content: Some(content) }
}
