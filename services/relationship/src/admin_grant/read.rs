//! Reading delegated admin grants: `ListAdminGrants`.

use csp_policy::Party;
use csp_proto::relationship::v1::{self as pb, AdminGrantState};
use csp_service::{Call, Fields, Page, Result};

use crate::RelationshipService;
use crate::admin_grant::AdminGrant;
use crate::admin_grant::table::{self as table, Filter};
use crate::schema::Before;

pub(crate) async fn list(
    service: &RelationshipService,
    call: &Call,
    request: pb::ListAdminGrantsRequest,
) -> Result<pb::ListAdminGrantsResponse> {
    let mut fields = Fields::new();
    let customer = fields
        .optional(&request.customer, |fields, name| fields.resource_name("customer", name, "customers"));
    let state = read_state(&mut fields, request.state);
    let (_, state) = fields.finish(|| Some((customer?, state?)))?;

    let page = Page::of(call, &[&request.customer, state], request.page_size, &request.page_token)?;
    let after =
        Before { create_time: page.after_number(0, i64::MAX)?, id: page.after(1), limit: page.limit() };
    let now = service.book.now();
    let filter = Filter { customer: &request.customer, state, now: now.as_microsecond() };
    let mut reader = service.book.store.read_once().await?;
    let mut rows = match &call.caller.party {
        Party::Operator => table::list_all(&mut reader, &filter, after).await?,
        Party::Partner { tenant } => table::list_of_partner(&mut reader, tenant, &filter, after).await?,
        Party::Customer { tenant } => table::list_of_customer(&mut reader, tenant, &filter, after).await?,
        Party::Service => Vec::new(),
    };
    let next_page_token = page.cut(&mut rows, |row| vec![row.create_time.to_string(), row.id.clone()]);
    let admin_grants = rows.into_iter().map(|row| AdminGrant::from(row).render(now)).collect();
    Ok(pb::ListAdminGrantsResponse { admin_grants, next_page_token })
}

/// The only state that is listed; empty for all.
fn read_state(fields: &mut Fields, state: i32) -> Option<&'static str> {
    if state == 0 {
        return Some("");
    }
    let state: AdminGrantState = fields.enum_value("state", state)?;
    Some(state.as_str_name().trim_start_matches("ADMIN_GRANT_STATE_"))
}
