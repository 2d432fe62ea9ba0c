//! A sender takes its invitation back: `WithdrawInvitation`. No rule guards it.

use csp_proto::relationship::v1 as pb;
use csp_service::{Attempt, Call, Fault, Fields, Result, etag};

use crate::invitation::{COLLECTION, TYPE};
use crate::{RelationshipService, invitation};

pub(crate) async fn withdraw(
    service: &RelationshipService,
    call: &Call,
    request: pb::WithdrawInvitationRequest,
) -> Result<pb::WithdrawInvitationResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, COLLECTION);
    let name = fields.finish(|| name)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &name, &request.etag, &attempt)).await
}

async fn run(
    service: &RelationshipService,
    call: &Call,
    name: &str,
    etag: &str,
    attempt: &Attempt,
) -> Result<pb::WithdrawInvitationResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let before = invitation::read::visible(service, call, name).await?;
    if !before.is_sender(&call.caller) {
        return Err(Fault::not_found(TYPE, name));
    }
    etag::check(name, etag, before.row().revision)?;
    let mut invitation = before.clone();
    invitation.withdraw(now)?;
    let response = pb::WithdrawInvitationResponse { invitation: Some(invitation.render(now)) };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    invitation::table::save_withdrawn(&mut tx, invitation.row());
    let effects = vec![invitation.effect(&before, now)?];
    book.conclude(tx, call, attempt, None, effects, &response).await?;
    Ok(response)
}
