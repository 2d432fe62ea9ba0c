//! The reseller accepts a provider's request: `AcceptPartnership`.

use csp_policy::boundaries::AcceptPartnership;
use csp_policy::decide;
use csp_proto::relationship::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Attempt, Call, Fault, Fields, Result};
use jiff::Timestamp;

use crate::partnership::{LINK_PURPOSE, Partnership};
use crate::store::relationship_type::{self, Kind};
use crate::time::day_of;
use crate::{Relationship, draft, edges, parties};

pub(crate) async fn accept_partnership(
    service: &Relationship,
    call: &Call,
    request: pb::AcceptPartnershipRequest,
) -> Result<pb::AcceptPartnershipResponse> {
    let mut fields = Fields::new();
    let token = draft::read_token(&mut fields, &request.link_token);
    let token = fields.finish(|| token)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &token, request.confirm, &attempt)).await
}

async fn run(
    service: &Relationship,
    call: &Call,
    token: &str,
    confirmed: bool,
    attempt: &Attempt,
) -> Result<pb::AcceptPartnershipResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let before = requested(service, call, token).await?;
    let facts = gather(service, call, &before, confirmed, now).await?;
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let mut partnership = before.clone();
    partnership.accept(now)?;
    let mut response = pb::AcceptPartnershipResponse {
        partnership: Some(partnership.render(now)),
        decision: Some(book.preview(&permit)),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &partnership.name())?;
    let row = partnership.row();
    crate::partnership::table::save_accepted(&mut tx, row, &accepted);
    relationship_type::add(&mut tx, &row.provider, &row.reseller_tenant, Kind::Reseller, 1);
    response.decision = Some(accepted.decision());
    let effects = vec![partnership.effect(&before, now)?];
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

/// The request that the link names, if it went to the caller's own account.
pub(crate) async fn requested(service: &Relationship, call: &Call, token: &str) -> Result<Partnership> {
    let id = draft::linked_id(&service.links, LINK_PURPOSE, token)?;
    let request = crate::partnership::read::by_id(service, &id).await?;
    request.filter(|request| request.is_reseller(&call.caller)).ok_or(Fault::LinkInvalid)
}

async fn gather(
    service: &Relationship,
    call: &Call,
    request: &Partnership,
    confirmed: bool,
    now: Timestamp,
) -> Result<AcceptPartnership> {
    let (day, row) = (day_of(now), request.row());
    let query = Query { partners: vec![row.provider.clone(), row.reseller.clone()], ..Query::default() };
    let facts = service.registry.facts(call, day, query).await?;
    let provider = parties::partner(&facts, &row.provider)?;
    let reseller = parties::partner(&facts, &row.reseller)?;
    let other_edge = edges::as_customer(service, &provider, &reseller.tenant).await?;
    let mut revisions = facts.revisions();
    revisions.push(request.revision());
    revisions.extend(other_edge.clone());
    Ok(AcceptPartnership {
        day,
        subject: request.name(),
        revisions,
        recorded: false,
        caller: call.caller.clone(),
        now,
        provider,
        reseller,
        invitation: Some(request.invitation()),
        other_edge: other_edge.map(|edge| edge.resource),
        confirmed,
    })
}
