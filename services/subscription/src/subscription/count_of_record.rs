//! `CountOfRecord`: counts the subscriptions that name a reseller of record.

use csp_proto::internal::subscription::v1 as pb;
use csp_service::{Fields, Result};

use super::table;
use crate::SubscriptionService;
use crate::peers::PARTNERS;

pub(crate) async fn count_of_record(
    service: &SubscriptionService,
    request: pb::CountOfRecordRequest,
) -> Result<pb::CountOfRecordResponse> {
    let mut fields = Fields::new();
    let seller = fields.resource_name("seller", &request.seller, PARTNERS);
    let tenant = fields.tenant("reseller_tenant_id", &request.reseller_tenant_id);
    let (seller, tenant) = fields.finish(|| seller.zip(tenant))?;
    let mut reader = service.book.store.read_once().await?;
    let count = table::count_of_record(&mut reader, &seller, &tenant, service.book.now()).await?;
    Ok(pb::CountOfRecordResponse { count })
}
