//! `CountActive`: counts the subscriptions that depend on a reseller relationship.

use csp_proto::internal::subscription::v1 as pb;
use csp_service::Result;

use super::{EdgeKey, table};
use crate::SubscriptionService;

pub(crate) async fn count_active(
    service: &SubscriptionService,
    request: pb::CountActiveRequest,
) -> Result<pb::CountActiveResponse> {
    let key = EdgeKey::read(request.key.as_ref())?;
    let mut reader = service.book.store.read_once().await?;
    let count = table::active_under(&mut reader, &key, service.book.micros()).await?;
    Ok(pb::CountActiveResponse { count })
}
