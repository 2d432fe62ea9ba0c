//! Reading invitations: `GetInvitation`, `ListInvitations`.

use std::cmp::Reverse;

use csp_policy::Party;
use csp_proto::relationship::v1::{self as pb, InvitationState};
use csp_service::wire;
use csp_service::{Call, Fault, Fields, Page, Result};

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
    Ok(pb::GetInvitationResponse { invitation: Some(invitation.render(service.book.now())) })
}

pub(crate) async fn list(
    service: &RelationshipService,
    call: &Call,
    request: pb::ListInvitationsRequest,
) -> Result<pb::ListInvitationsResponse> {
    let state = Fields::only(|fields| lists::read_state::<InvitationState>(fields, request.state))?;

    let page = Page::of(call, &[&state], request.page_size, &request.page_token)?;
    let after = Before::of(&page)?;
    let now = service.book.now();
    let filter = Filter { state, now: now.as_microsecond() };
    let mut reader = service.book.store.read().await?;
    let mut rows = match &call.caller.party {
        Party::Operator => table::list_all(&mut reader, &filter, after).await?,
        Party::Partner { tenant } => {
            let selling = table::list_of_provider(&mut reader, tenant, &filter, after).await?;
            let reselling = table::list_of_reseller(&mut reader, tenant, &filter, after).await?;
            lists::merged(selling, reselling, after.limit, |row| Reverse((row.create_time, row.id.clone())))
        }
        Party::Customer { .. } | Party::Service => Vec::new(),
    };
    let next_page_token = page.cut(&mut rows, |row| lists::key(row.create_time, &row.id));
    let invitations = rows.into_iter().map(|row| Invitation::from(row).render(now)).collect();
    Ok(pb::ListInvitationsResponse { invitations, next_page_token })
}
