//! Reading invitations: `GetInvitation`, `ListInvitations`.

use csp_policy::Party;
use csp_proto::relationship::v1::{self as pb, InvitationState};
use csp_service::{Call, Fault, Fields, Page, Result};

use crate::invitation::table::Filter;
use crate::invitation::{COLLECTION, Invitation, TYPE};
use crate::schema::Before;
use crate::{RelationshipService, invitation, peers, schema};

/// The invitation with this id.
pub(crate) async fn by_id(service: &RelationshipService, id: &str) -> Result<Option<Invitation>> {
    let mut reader = service.book.store.read_once().await?;
    Ok(invitation::table::by_id(&mut reader, id).await?.map(Invitation::from))
}

/// The invitation of this name, if it exists for the caller.
pub(crate) async fn visible(service: &RelationshipService, call: &Call, name: &str) -> Result<Invitation> {
    let found = by_id(service, peers::id_of(name)).await?;
    found.filter(|found| found.is_seen_by(&call.caller)).ok_or_else(|| Fault::not_found(TYPE, name))
}

/// Reads the name of an invitation from a request that has nothing else to read.
pub(crate) fn name(name: &str) -> Result<String> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", name, COLLECTION);
    fields.finish(|| name)
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
    let mut fields = Fields::new();
    let state = read_state(&mut fields, request.state);
    let state = fields.finish(|| state)?;

    let page = Page::of(call, &[state], request.page_size, &request.page_token)?;
    let after =
        Before { create_time: page.after_number(0, i64::MAX)?, id: page.after(1), limit: page.limit() };
    let now = service.book.now();
    let filter = Filter { state, now: now.as_microsecond() };
    let mut reader = service.book.store.read().await?;
    let mut rows = match &call.caller.party {
        Party::Operator => invitation::table::list_all(&mut reader, &filter, after).await?,
        Party::Partner { tenant } => {
            let selling = invitation::table::list_of_provider(&mut reader, tenant, &filter, after).await?;
            let reselling = invitation::table::list_of_reseller(&mut reader, tenant, &filter, after).await?;
            schema::merged(selling, reselling, after.limit, |row| {
                std::cmp::Reverse((row.create_time, row.id.clone()))
            })
        }
        Party::Customer { .. } | Party::Service => Vec::new(),
    };
    let next_page_token = page.cut(&mut rows, |row| vec![row.create_time.to_string(), row.id.clone()]);
    let invitations = rows.into_iter().map(|row| Invitation::from(row).render(now)).collect();
    Ok(pb::ListInvitationsResponse { invitations, next_page_token })
}

/// The only state that is listed; empty for all.
fn read_state(fields: &mut Fields, state: i32) -> Option<&'static str> {
    if state == 0 {
        return Some("");
    }
    let state: InvitationState = fields.enum_value("state", state)?;
    Some(state.as_str_name().trim_start_matches("INVITATION_STATE_"))
}
