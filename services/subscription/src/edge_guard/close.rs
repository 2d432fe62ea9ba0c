//! The end of a relationship begins: `CloseEdge`, a step of the relationship service's ends.
//!
//! It keeps a write of its own: what it reads decides whether the write lasts, and it is idempotent by its edge.

use csp_proto::subscription::v1 as pb;
use csp_service::Result;

use super::{EdgeKey, read_time, table};
use crate::SubscriptionService;

/// The guard is written before the count: an order that has used it is counted, and one that has not finds it
/// closed. When something still rests on the relationship, the write is dropped and leaves nothing behind.
pub(crate) async fn close(
    service: &SubscriptionService,
    request: pb::CloseEdgeRequest,
) -> Result<pb::CloseEdgeResponse> {
    let key = EdgeKey::read(request.key.as_ref())?;
    let begun = read_time("begin_micros", request.begin_micros)?;
    let mut tx = service.book.store.write();
    if !table::close(&mut tx, &key, begun).await? {
        return Ok(pb::CloseEdgeResponse { closed: false, count: 0 });
    }
    let count = table::active_under(tx.conn().await?, &key, service.book.micros()).await?;
    if count == 0 {
        tx.commit().await?;
    }
    Ok(pb::CloseEdgeResponse { closed: count == 0, count })
}
