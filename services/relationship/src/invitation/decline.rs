//! A customer declines a partner's invitation: `DeclineInvitation`.

use csp_policy::boundaries::DeclineInvitation;
use csp_policy::{Act, decide};
use csp_proto::relationship::v1 as pb;
use csp_service::{Attempt, Call, Fields, Result};

use crate::invitation::accept::invited;
use crate::invitation::draft;
use crate::time::day_of;
use crate::{Relationship, invitation};

pub(crate) async fn decline_invitation(
    service: &Relationship,
    call: &Call,
    request: pb::DeclineInvitationRequest,
) -> Result<pb::DeclineInvitationResponse> {
    let mut fields = Fields::new();
    let token = draft::read_token(&mut fields, &request.link_token);
    let token = fields.finish(|| token)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &token, &attempt)).await
}

async fn run(
    service: &Relationship,
    call: &Call,
    token: &str,
    attempt: &Attempt,
) -> Result<pb::DeclineInvitationResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let before = invited(service, call, token).await?;
    let facts = DeclineInvitation {
        act: Act { day: day_of(now), subject: before.name(), revisions: vec![before.revision()] },
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
