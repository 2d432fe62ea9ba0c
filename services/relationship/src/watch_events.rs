//! Tells every change of this service's resources, as it happens: `WatchEvents`.

use csp_proto::relationship::v1 as pb;
use csp_proto::relationship::v1::watch_events_response::Content;
use csp_service::feed::{self, Told, Watch, Watching};
use csp_service::{Call, Result};

use crate::RelationshipService;

pub(crate) async fn watch_events(
    service: &RelationshipService,
    call: &Call,
    request: pb::WatchEventsRequest,
) -> Result<Watching<pb::WatchEventsResponse>> {
    let pb::WatchEventsRequest { start, cursor, filter, bookmark_interval } = request;
    let asked = Watch { start, cursor, filter, bookmark_interval };
    let respond =
        |told: Told| pb::WatchEventsResponse { content: Some(told.put(Content::Event, Content::Bookmark)) };
    feed::watch(&service.book, call, asked, respond).await
}
