//! Reading invitations: `GetInvitation`, `ListInvitations`.

use std::cmp::Reverse;

use csp_policy::Party;
use csp_proto::relationship::v1::{self as pb, InvitationState};
use csp_service::wire;
use csp_service::{Call, ExternalId, Fault, Fields, Page, Result};

use super::table::{self, Filter};
use super::{COLLECTION, Invitation, TYPE};
use crate::RelationshipService;
use crate::lists::{self, Before};

/// The invitation with this id.
pub(crate) async fn by_id(service: &RelationshipService, id: &str) -> Result<Option<Invitation>> {
    let mut reader = service.book.store.read_once().await?;
    Ok(table::by_id(&mut reader, id).await?.map(Invitation::from))
}

/// The invitation with this name; [`Fault::NotFound`] unless the caller may see it.
pub(crate) async fn visible(service: &RelationshipService, call: &Call, name: &str) -> Result<Invitation> {
    let found = by_id(service, wire::id_of(name)).await?;
    found.filter(|found| found.is_seen_by(&call.caller)).ok_or_else(|| Fault::not_found(TYPE, name))
}

/// Reads the name of an invitation from a request that has no other field to check.
pub(crate) fn name(name: &str) -> Result<String> {
    Fields::only(|fields| fields.resource_name("name", name, COLLECTION))
}

pub(crate) async fn get(
    service: &RelationshipService,
    call: &Call,
    request: pb::GetInvitationRequest,
) -> Result<pb::GetInvitationResponse> {
    let name = name(&request.name)?;
    let invitation = visible(service, call, &name).await?;
    Ok(pb::GetInvitationResponse { invitation: Some(invitation.render(service.book.now(), &call.caller)) })
}

pub(crate) async fn list(
    service: &RelationshipService,
    call: &Call,
    request: pb::ListInvitationsRequest,
) -> Result<pb::ListInvitationsResponse> {
    let mut fields = Fields::new();
    let pb::InvitationFilter { states, external_id, customer } = request.filter.unwrap_or_default();
    let states = fields.states("filter.states", &states, &[InvitationState::Pending]);
    let key = fields.external_id("filter.external_id", &external_id);
    let of_customer = fields.optional_name("filter.customer", &customer, "customers");
    let (states, key, _) = fields.finish(|| Some((states?, key?, of_customer?)))?;

    let filters: Vec<&str> =
        [&external_id, &customer].into_iter().chain(&states).map(String::as_str).collect();
    let page = Page::of(call, &filters, request.page_size, &request.page_token)?;
    let after = Before::of(&page)?;
    let now = service.book.now();
    let external_id = ExternalId::filter(call.external_id(key));
    let filter =
        Filter { external_id: &external_id, customer: &customer, states: &states, now: now.as_microsecond() };
    let mut reader = service.book.store.read().await?;
    let rows = match &call.caller.party {
        Party::Operator => table::list_all(&mut reader, &filter, after).await?,
        Party::Partner { tenant } => {
            let selling = table::list_of_provider(&mut reader, tenant, &filter, after).await?;
            let reselling = table::list_of_reseller(&mut reader, tenant, &filter, after).await?;
            lists::merged(selling, reselling, after.limit, |row| Reverse((row.create_time, row.id.clone())))
        }
        Party::Customer { .. } | Party::Service => Vec::new(),
    };
    let (invitations, next_page_token) = page.fill(
        rows,
        |row| lists::key(row.create_time, &row.id),
        |row| Invitation::from(row).render(now, &call.caller),
    );
    Ok(pb::ListInvitationsResponse { invitations, next_page_token })
}
