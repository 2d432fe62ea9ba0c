//! `ReopenEdge`: the removal of a reseller relationship was abandoned, so the relationship takes orders
//! again. The edge and the instant make the step idempotent.

use csp_proto::internal::subscription::v1 as pb;
use csp_service::Result;

use super::{EdgeKey, read_time, table};
use crate::SubscriptionService;

pub(crate) async fn reopen(
    service: &SubscriptionService,
    request: pb::ReopenEdgeRequest,
) -> Result<pb::ReopenEdgeResponse> {
    let key = EdgeKey::read(request.key.as_ref())?;
    let until = read_time("until_micros", request.until_micros)?;
    let mut tx = service.book.store.write();
    table::reopen(&mut tx, &key, until);
    tx.commit().await?;
    Ok(pb::ReopenEdgeResponse {})
}
