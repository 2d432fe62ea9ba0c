//! `CloseEdge`: closes a reseller relationship for new orders, a step by which the relationship service
//! removes the relationship.
//!
//! The step does not use [`Run`](csp_service::Run): a count inside the transaction decides whether the
//! transaction commits. The idempotency key is the edge with the begin time, not a request id.

use csp_proto::internal::subscription::v1 as pb;
use csp_service::Result;

use super::{EdgeKey, read_time, table};
use crate::SubscriptionService;

/// The guard row is closed before subscriptions are counted: an order that used the open guard is counted,
/// and a later order finds the guard closed. When subscriptions still depend on the relationship, the
/// transaction is rolled back.
pub(crate) async fn close(
    service: &SubscriptionService,
    request: pb::CloseEdgeRequest,
) -> Result<pb::CloseEdgeResponse> {
    let key = EdgeKey::read(request.key.as_ref())?;
    let start = read_time("begin_micros", request.begin_micros)?;
    let mut tx = service.book.store.write();
    if !table::close(&mut tx, &key, start).await? {
        return Ok(pb::CloseEdgeResponse { closed: false, count: 0 });
    }
    let count = table::active_under(tx.conn().await?, &key, service.book.micros()).await?.count;
    if count == 0 {
        tx.commit().await?;
    }
    Ok(pb::CloseEdgeResponse { closed: count == 0, count })
}
