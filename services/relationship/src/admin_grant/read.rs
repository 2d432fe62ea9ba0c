//! Reading delegated admin grants: `ListAdminGrants`.

use csp_policy::Party;
use csp_proto::relationship::v1::{self as pb, AdminGrantState};
use csp_service::wire;
use csp_service::{Call, Fault, Fields, Page, Result};

use super::table::{self, Filter};
use super::{AdminGrant, TYPE};
use crate::RelationshipService;
use crate::lists::{self, Before};

/// The grant with this name; [`Fault::NotFound`] unless the caller is a party to it.
pub(crate) async fn visible(service: &RelationshipService, call: &Call, name: &str) -> Result<AdminGrant> {
    let mut reader = service.book.store.read_once().await?;
    let found = table::by_id(&mut reader, wire::id_of(name)).await?.map(AdminGrant::from);
    found.filter(|found| found.is_seen_by(&call.caller)).ok_or_else(|| Fault::not_found(TYPE, name))
}

pub(crate) async fn list(
    service: &RelationshipService,
    call: &Call,
    request: pb::ListAdminGrantsRequest,
) -> Result<pb::ListAdminGrantsResponse> {
    let mut fields = Fields::new();
    let customer = fields.optional_name("customer", &request.customer, "customers");
    let state = lists::read_state::<AdminGrantState>(&mut fields, request.state);
    let (_, state) = fields.finish(|| Some((customer?, state?)))?;

    let page = Page::of(call, &[&request.customer, &state], request.page_size, &request.page_token)?;
    let after = Before::of(&page)?;
    let now = service.book.now();
    let filter = Filter { customer: &request.customer, state, now: now.as_microsecond() };
    let mut reader = service.book.store.read_once().await?;
    let mut rows = match &call.caller.party {
        Party::Operator => table::list_all(&mut reader, &filter, after).await?,
        Party::Partner { tenant } => table::list_of_partner(&mut reader, tenant, &filter, after).await?,
        Party::Customer { tenant } => table::list_of_customer(&mut reader, tenant, &filter, after).await?,
        Party::Service => Vec::new(),
    };
    let next_page_token = page.cut(&mut rows, |row| lists::key(row.create_time, &row.id));
    let admin_grants = rows.into_iter().map(|row| AdminGrant::from(row).render(now)).collect();
    Ok(pb::ListAdminGrantsResponse { admin_grants, next_page_token })
}
