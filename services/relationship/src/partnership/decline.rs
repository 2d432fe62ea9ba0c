//! The reseller declines a provider's request: `DeclinePartnership`.

use csp_policy::boundaries::DeclinePartnership;
use csp_policy::decide;
use csp_proto::relationship::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Attempt, Call, Fields, Result};

use crate::partnership::accept::requested;
use crate::time::day_of;
use crate::{Relationship, draft, parties};

pub(crate) async fn decline_partnership(
    service: &Relationship,
    call: &Call,
    request: pb::DeclinePartnershipRequest,
) -> Result<pb::DeclinePartnershipResponse> {
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
) -> Result<pb::DeclinePartnershipResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let before = requested(service, call, token).await?;
    let query = Query { partners: vec![before.row().reseller.clone()], ..Query::default() };
    let facts = service.registry.facts(call, day_of(now), query).await?;
    let mut revisions = facts.revisions();
    revisions.push(before.revision());
    let facts = DeclinePartnership {
        day: day_of(now),
        subject: before.name(),
        revisions,
        caller: call.caller.clone(),
        now,
        reseller: parties::partner(&facts, &before.row().reseller)?,
        invitation: before.invitation(),
    };
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let mut partnership = before.clone();
    partnership.decline(now)?;
    let mut response = pb::DeclinePartnershipResponse {
        partnership: Some(partnership.render(now)),
        decision: Some(book.preview(&permit)),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &partnership.name())?;
    crate::partnership::table::save_declined(&mut tx, partnership.row(), &accepted);
    response.decision = Some(accepted.decision());
    let effects = vec![partnership.effect(&before, now)?];
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}
