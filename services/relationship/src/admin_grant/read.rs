//! Reading delegated admin grants: `GetAdminGrant`, `ListAdminGrants`.

use csp_policy::Party;
use csp_proto::relationship::v1::{self as pb, AdminGrantState};
use csp_service::{Call, CustomersResource, Fault, Fields, Page, Result};
use csp_store::Connection;

use super::table::{self, AdminGrantRow, After, Filter};
use super::{AdminGrant, COLLECTION, TYPE, name_of};
use crate::RelationshipService;

/// The grant with this name; [`Fault::NotFound`] unless the caller may see it.
pub(crate) async fn visible(
    service: &RelationshipService,
    call: &Call,
    CustomersResource { customer, id }: &CustomersResource,
) -> Result<AdminGrant> {
    let mut reader = service.book.store.read_once().await?;
    let found = table::by_id(&mut reader, customer, id).await?.map(AdminGrant::from);
    found
        .filter(|found| found.is_seen_by(&call.caller))
        .ok_or_else(|| Fault::not_found(TYPE, name_of(customer, id)))
}

/// Reads the name of a grant from a request that has no other field to check.
pub(crate) fn name(name: &str) -> Result<CustomersResource> {
    Fields::only(|fields| fields.customers_resource("name", name, COLLECTION))
}

pub(crate) async fn get(
    service: &RelationshipService,
    call: &Call,
    request: pb::GetAdminGrantRequest,
) -> Result<pb::GetAdminGrantResponse> {
    let grant = visible(service, call, &name(&request.name)?).await?;
    Ok(pb::GetAdminGrantResponse { admin_grant: Some(grant.render(service.book.now())) })
}

pub(crate) async fn list(
    service: &RelationshipService,
    call: &Call,
    request: pb::ListAdminGrantsRequest,
) -> Result<pb::ListAdminGrantsResponse> {
    let mut fields = Fields::new();
    let pb::AdminGrantFilter { states, partner } = request.filter.unwrap_or_default();
    let customer = fields.customer_or_all("parent", &request.parent);
    let states = fields.states("filter.states", &states, &[AdminGrantState::Active]);
    let by_partner = fields.optional_name("filter.partner", &partner, "partners");
    let (customer, states, _) = fields.finish(|| Some((customer?, states?, by_partner?)))?;

    let filters: Vec<&str> =
        [&request.parent, &partner].into_iter().chain(&states).map(String::as_str).collect();
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;
    let create_time = page.after_number(0, i64::MAX)?;
    let after = After { create_time, customer: page.after(1), id: page.after(2), limit: page.limit() };
    let now = service.book.now();
    let filter = Filter { partner: &partner, states: &states, now: now.as_microsecond() };
    let mut reader = service.book.store.read_once().await?;
    let rows = rows(&mut reader, &call.caller.party, customer.as_deref(), &filter, after).await?;
    let (admin_grants, next_page_token) = page.fill(
        rows,
        |row| vec![row.create_time.as_microsecond().to_string(), row.customer.clone(), row.id.clone()],
        |row| AdminGrant::from(row).render(now),
    );
    Ok(pb::ListAdminGrantsResponse { admin_grants, next_page_token })
}

async fn rows(
    conn: &mut Connection,
    party: &Party,
    customer: Option<&str>,
    filter: &Filter<'_>,
    after: After<'_>,
) -> Result<Vec<AdminGrantRow>> {
    match (party, customer) {
        (Party::Service, _) => Ok(Vec::new()),
        (Party::Operator, Some(customer)) => table::of_customer(conn, customer, "", "", filter, after).await,
        (Party::Operator, None) => table::list_all(conn, filter, after).await,
        (Party::Partner { tenant }, Some(customer)) => {
            table::of_customer(conn, customer, tenant, "", filter, after).await
        }
        (Party::Customer { tenant }, Some(customer)) => {
            table::of_customer(conn, customer, "", tenant, filter, after).await
        }
        (Party::Partner { tenant }, None) => table::list_of_partner(conn, tenant, filter, after).await,
        (Party::Customer { tenant }, None) => table::list_of_tenant(conn, tenant, filter, after).await,
    }
}
