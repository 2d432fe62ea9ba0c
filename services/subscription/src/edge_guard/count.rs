//! `CountActive`: counts the active subscriptions that depend on a reseller relationship.

use csp_proto::internal::subscription::v1 as pb;
use csp_service::{Result, wire};

use super::table::Active;
use super::{EdgeKey, table};
use crate::{SubscriptionService, subscription};

pub(crate) async fn count_active(
    service: &SubscriptionService,
    request: pb::CountActiveRequest,
) -> Result<pb::CountActiveResponse> {
    let key = EdgeKey::read(request.key.as_ref())?;
    let mut reader = service.book.store.read_once().await?;
    let Active { count, first } = table::active_under(&mut reader, &key, service.book.micros()).await?;
    let named = first.into_iter().map(|(id, revision)| pb::SubscriptionRevision {
        subscription: wire::customers_name(&key.customer, subscription::COLLECTION, &id),
        revision,
    });
    Ok(pb::CountActiveResponse { count, first: named.collect() })
}
