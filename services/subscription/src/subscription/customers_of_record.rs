//! `ListCustomersOfRecord`: the customers of a reseller of record, for the customer service, which merges
//! them with the customers that the reseller serves (rule CUS-05).

use csp_proto::internal::subscription::v1 as pb;
use csp_service::{Fields, Result};

use super::table::{self, OfRecord};
use crate::SubscriptionService;

/// Maximum of `limit`, and of the number of `customers`, of `ListCustomersOfRecord`.
const CUSTOMERS_OF_RECORD_MAX: i32 = 500;

pub(crate) async fn customers_of_record(
    service: &SubscriptionService,
    request: pb::ListCustomersOfRecordRequest,
) -> Result<pb::ListCustomersOfRecordResponse> {
    let pb::ListCustomersOfRecordRequest { tenant_id, counterpart, after, limit, customers } = request;
    let mut fields = Fields::new();
    let limit = fields.number("limit", limit, 1..=CUSTOMERS_OF_RECORD_MAX);
    let named = i32::try_from(customers.len()).unwrap_or(i32::MAX);
    fields.number("customers", named, 0..=CUSTOMERS_OF_RECORD_MAX);
    if tenant_id.is_empty() && (counterpart.is_empty() || !customers.is_empty()) {
        fields.refuse("tenant_id", "must be set, or `counterpart`");
    }
    if !counterpart.is_empty() && !customers.is_empty() {
        fields.refuse("customers", "must be empty with `counterpart`");
    }
    let limit = fields.finish(|| limit)?;
    let of = OfRecord { tenant: &tenant_id, counterpart: &counterpart, customers: &customers };
    let now = service.book.now();
    let mut reader = service.book.store.read_once().await?;
    let customers = table::customers_of_record(&mut reader, of, now, &after, i64::from(limit)).await?;
    Ok(pb::ListCustomersOfRecordResponse { customers })
}
