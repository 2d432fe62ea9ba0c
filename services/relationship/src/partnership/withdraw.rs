//! A provider takes its request back: `WithdrawPartnershipRequest`. No rule guards it.

use csp_proto::relationship::v1 as pb;
use csp_service::{Attempt, Call, Fault, Fields, Result, etag};

use crate::Relationship;
use crate::partnership::{COLLECTION, TYPE};

pub(crate) async fn withdraw_partnership_request(
    service: &Relationship,
    call: &Call,
    request: pb::WithdrawPartnershipRequestRequest,
) -> Result<pb::WithdrawPartnershipRequestResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, COLLECTION);
    let name = fields.finish(|| name)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &name, &request.etag, &attempt)).await
}

async fn run(
    service: &Relationship,
    call: &Call,
    name: &str,
    etag: &str,
    attempt: &Attempt,
) -> Result<pb::WithdrawPartnershipRequestResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let before = crate::partnership::read::seen(service, call, name).await?;
    if !before.is_provider(&call.caller) {
        return Err(Fault::not_found(TYPE, name));
    }
    etag::check(name, etag, before.row().revision)?;
    let mut partnership = before.clone();
    partnership.withdraw(now)?;
    let response = pb::WithdrawPartnershipRequestResponse { partnership: Some(partnership.render(now)) };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    crate::partnership::table::save_withdrawn(&mut tx, partnership.row());
    let effects = vec![partnership.effect(&before, now)?];
    book.conclude(tx, call, attempt, None, effects, &response).await?;
    Ok(response)
}
