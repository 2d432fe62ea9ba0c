//! Customers as facts for the other services: `GetFacts`.

use csp_proto::internal::customer::v1 as pb;
use csp_service::wire::id_of;
use csp_service::{Fields, Result};

use super::table::{self, FactsRow};
use crate::CustomerService;
use crate::customer::table::KEYS_MAX;

/// Looks customers up by name and by tenant, and answers each customer once. The two look-ups have no common
/// snapshot: a caller that uses both gets each customer as of its own look-up.
pub(crate) async fn get(
    service: &CustomerService,
    request: pb::GetFactsRequest,
) -> Result<pb::GetFactsResponse> {
    let mut fields = Fields::new();
    fields.number("customers", request.customers.len(), 0..=KEYS_MAX);
    fields.number("tenant_ids", request.tenant_ids.len(), 0..=KEYS_MAX);
    fields.finish(|| Some(()))?;
    let ids: Vec<&str> = request.customers.iter().map(|name| id_of(name)).collect();
    let tenants: Vec<&str> = request.tenant_ids.iter().map(String::as_str).collect();
    let mut reader = service.book.store.read_once().await?;
    let mut rows = table::by_id(&mut reader, &ids).await?;
    rows.extend(table::by_tenant(&mut reader, &tenants).await?);
    drop(reader);
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    rows.dedup_by(|one, other| one.id == other.id);
    Ok(pb::GetFactsResponse { customers: rows.into_iter().map(FactsRow::render).collect() })
}
