//! Reading reseller relationships: `GetResellerRelationship`, `ListResellerRelationships`.

use csp_policy::{Party, Revision};
use csp_proto::relationship::v1::{self as pb, RelationshipState};
use csp_service::{Call, CustomersResource, Fault, Fields, Page, Result};
use csp_store::Connection;

use super::table::{self, After, Filter, ResellerRelationshipRow};
use super::{COLLECTION, ResellerRelationship, TYPE, name_of};
use crate::{RelationshipService, lists};

/// The relationship with this name; [`Fault::NotFound`] unless the caller may see it.
pub(crate) async fn visible(
    service: &RelationshipService,
    call: &Call,
    CustomersResource { customer, id }: &CustomersResource,
) -> Result<ResellerRelationship> {
    let mut reader = service.book.store.read_once().await?;
    let row = table::by_id(&mut reader, customer, id).await?;
    row.map(ResellerRelationship::from)
        .filter(|found| found.is_seen_by(&call.caller))
        .ok_or_else(|| Fault::not_found(TYPE, name_of(customer, id)))
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
    let name = Fields::only(|fields| fields.customers_resource("name", &request.name, COLLECTION))?;
    let relationship = visible(service, call, &name).await?;
    Ok(pb::GetResellerRelationshipResponse { relationship: Some(relationship.render()) })
}

pub(crate) async fn list(
    service: &RelationshipService,
    call: &Call,
    request: pb::ListResellerRelationshipsRequest,
) -> Result<pb::ListResellerRelationshipsResponse> {
    let mut fields = Fields::new();
    let pb::ResellerRelationshipFilter { states, partner } = request.filter.unwrap_or_default();
    let customer = fields.customer_or_all("parent", &request.parent);
    let states = fields.states("filter.states", &states, &[RelationshipState::Active]);
    let by_partner = fields.optional_name("filter.partner", &partner, "partners");
    let (customer, states, _) = fields.finish(|| Some((customer?, states?, by_partner?)))?;

    let filters: Vec<&str> =
        [&request.parent, &partner].into_iter().chain(&states).map(String::as_str).collect();
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;
    let after = After { customer: page.after(0), id: page.after(1), limit: page.limit() };
    let filter = Filter { partner: &partner, states: &states };
    let mut reader = service.book.store.read().await?;
    let rows = rows(&mut reader, &call.caller.party, customer.as_deref(), &filter, after).await?;
    let (relationships, next_page_token) = page.fill(
        rows,
        |row| vec![row.customer.clone(), row.id.clone()],
        |row| ResellerRelationship::from(row).render(),
    );
    Ok(pb::ListResellerRelationshipsResponse { relationships, next_page_token })
}

async fn rows(
    conn: &mut Connection,
    party: &Party,
    customer: Option<&str>,
    filter: &Filter<'_>,
    after: After<'_>,
) -> Result<Vec<ResellerRelationshipRow>> {
    let viewer = match party {
        Party::Operator => "",
        Party::Partner { tenant } | Party::Customer { tenant } => tenant,
        Party::Service => return Ok(Vec::new()),
    };
    if let Some(customer) = customer {
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
