//! A customer declines a partner's invitation: `DeclineInvitation`.

use csp_policy::boundaries::DeclineInvitation;
use csp_policy::decide;
use csp_proto::relationship::v1 as pb;
use csp_service::{Attempt, Call, Result};

use crate::invitation::draft;
use crate::time::day_of;
use crate::{RelationshipService, draft_mail, invitation};

pub(crate) async fn decline(
    service: &RelationshipService,
    call: &Call,
    request: pb::DeclineInvitationRequest,
) -> Result<pb::DeclineInvitationResponse> {
    let token = draft_mail::token(&request.link_token)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &token, &attempt)).await
}

async fn run(
    service: &RelationshipService,
    call: &Call,
    token: &str,
    attempt: &Attempt,
) -> Result<pb::DeclineInvitationResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let before = draft::answered(service, call, token).await?;
    let facts = DeclineInvitation {
        day: day_of(now),
        subject: before.name(),
        revisions: vec![before.revision()],
        caller: call.caller.clone(),
        now,
        customer_tenant: call.tenant().unwrap_or_default().to_owned(),
        invitation: before.fact(),
    };
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let mut invitation = before.clone();
    invitation.decline(now)?;
    let mut response = pb::DeclineInvitationResponse {
        invitation: Some(invitation.render(now)),
        decision: Some(book.preview(&permit)),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &invitation.name())?;
    invitation::table::save_declined(&mut tx, invitation.row(), &accepted);
    response.decision = Some(accepted.decision());
    let effects = vec![invitation.effect(&before, now)?];
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}
