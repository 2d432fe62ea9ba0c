//! Reading reseller relationships: `GetResellerRelationship`, `ListResellerRelationships`.

use csp_policy::{Party, Revision};
use csp_proto::relationship::v1::{self as pb, RelationshipState};
use csp_service::wire;
use csp_service::{Call, Fault, Fields, Page, Result};
use csp_store::Connection;

use super::table::{self, After, Filter, ResellerRelationshipRow};
use super::{COLLECTION, ResellerRelationship, TYPE};
use crate::{RelationshipService, lists};

/// The relationship with this name; [`Fault::NotFound`] unless the caller may see it.
pub(crate) async fn visible(
    service: &RelationshipService,
    call: &Call,
    name: &str,
) -> Result<ResellerRelationship> {
    let mut reader = service.book.store.read_once().await?;
    let row = table::by_id(&mut reader, wire::id_of(name)).await?;
    row.map(ResellerRelationship::from)
        .filter(|found| found.is_seen_by(&call.caller))
        .ok_or_else(|| Fault::not_found(TYPE, name))
}

/// The active relationship by which the tenant is the provider's customer, at its revision.
pub(crate) async fn of_tenant(
    service: &RelationshipService,
    provider: &str,
    tenant: &str,
) -> Result<Option<Revision>> {
    let mut reader = service.book.store.read_once().await?;
    let found = table::of_tenant(&mut reader, provider, tenant).await?;
    Ok(found.map(|row| ResellerRelationship::from(row).revision()))
}

pub(crate) async fn get(
    service: &RelationshipService,
    call: &Call,
    request: pb::GetResellerRelationshipRequest,
) -> Result<pb::GetResellerRelationshipResponse> {
    let name = Fields::only(|fields| fields.resource_name("name", &request.name, COLLECTION))?;
    let relationship = visible(service, call, &name).await?;
    Ok(pb::GetResellerRelationshipResponse { relationship: Some(relationship.render()) })
}

pub(crate) async fn list(
    service: &RelationshipService,
    call: &Call,
    request: pb::ListResellerRelationshipsRequest,
) -> Result<pb::ListResellerRelationshipsResponse> {
    let mut fields = Fields::new();
    let customer = fields.optional_name("customer", &request.customer, "customers");
    let partner = fields.optional_name("partner", &request.partner, "partners");
    let state = lists::read_state::<RelationshipState>(&mut fields, request.state);
    let (.., state) = fields.finish(|| Some((customer?, partner?, state?)))?;

    let filters = [request.customer.as_str(), &request.partner, &state];
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;
    let after = After { customer: page.after(0), id: page.after(1), limit: page.limit() };
    let filter = Filter { partner: &request.partner, state };
    let mut reader = service.book.store.read().await?;
    let mut rows = rows(&mut reader, &call.caller.party, &request.customer, &filter, after).await?;
    let next_page_token = page.cut(&mut rows, |row| vec![row.customer.clone(), row.id.clone()]);
    let relationships = rows.into_iter().map(|row| ResellerRelationship::from(row).render()).collect();
    Ok(pb::ListResellerRelationshipsResponse { relationships, next_page_token })
}

async fn rows(
    conn: &mut Connection,
    party: &Party,
    customer: &str,
    filter: &Filter<'_>,
    after: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    let viewer = match party {
        Party::Operator => "",
        Party::Partner { tenant } | Party::Customer { tenant } => tenant,
        Party::Service => return Ok(Vec::new()),
    };
    if !customer.is_empty() {
        return table::of_customer(conn, customer, viewer, filter, after).await;
    }
    match party {
        Party::Customer { tenant } => table::list_of_tenant(conn, tenant, filter, after).await,
        Party::Partner { tenant } => {
            let own = table::list_of_partner(conn, tenant, filter, after).await?;
            let through_resellers = table::list_of_provider(conn, tenant, filter, after).await?;
            Ok(lists::merged(own, through_resellers, after.limit, |row| {
                (row.customer.clone(), row.id.clone())
            }))
        }
        Party::Operator | Party::Service => table::list_all(conn, filter, after).await,
    }
}
