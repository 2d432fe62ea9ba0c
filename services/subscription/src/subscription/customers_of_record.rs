//! `ListCustomersOfRecord`: the customers of a reseller of record, for the customer service, which merges
//! them with the customers that the reseller serves (rule CUS-05).

use csp_proto::internal::subscription::v1 as pb;
use csp_service::{Fault, Fields, Result};

use super::table::{self, OfRecord};
use crate::SubscriptionService;

/// Maximum `limit` of `ListCustomersOfRecord`.
const CUSTOMERS_OF_RECORD_MAX: i32 = 500;

pub(crate) async fn customers_of_record(
    service: &SubscriptionService,
    request: pb::ListCustomersOfRecordRequest,
) -> Result<pb::ListCustomersOfRecordResponse> {
    let limit = Fields::only(|fields| fields.number("limit", request.limit, 1..=CUSTOMERS_OF_RECORD_MAX))?;
    let pb::ListCustomersOfRecordRequest { tenant_id, counterpart, after, .. } = request;
    if tenant_id.is_empty() && counterpart.is_empty() {
        return Err(Fault::field("tenant_id", "must be set, or `counterpart`"));
    }
    let (of, now) = (OfRecord { tenant: &tenant_id, counterpart: &counterpart }, service.book.now());
    let mut reader = service.book.store.read_once().await?;
    let customers = table::customers_of_record(&mut reader, of, now, &after, i64::from(limit)).await?;
    Ok(pb::ListCustomersOfRecordResponse { customers })
}
