//! The customer, or the partner that holds it, ends a delegated admin grant: `RevokeAdminGrant`. No rule guards
//! it; the reseller relationship goes on.

use csp_proto::relationship::v1 as pb;
use csp_service::{Attempt, Call, Fault, Fields, Result, etag};

use crate::admin_grant::{AdminGrant, COLLECTION, TYPE};
use crate::{RelationshipService, admin_grant, peers};

pub(crate) async fn revoke(
    service: &RelationshipService,
    call: &Call,
    request: pb::RevokeAdminGrantRequest,
) -> Result<pb::RevokeAdminGrantResponse> {
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
) -> Result<pb::RevokeAdminGrantResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let before = held(service, call, name).await?;
    etag::check(name, etag, before.row().revision)?;
    let mut grant = before.clone();
    grant.revoke(now)?;
    let response = pb::RevokeAdminGrantResponse { admin_grant: Some(grant.render(now)) };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    admin_grant::table::save_revoked(&mut tx, grant.row());
    let effects = vec![grant.effect(&before, now)?];
    book.conclude(tx, call, attempt, None, effects, &response).await?;
    Ok(response)
}

/// The grant of this name, if it is the caller's.
async fn held(service: &RelationshipService, call: &Call, name: &str) -> Result<AdminGrant> {
    let mut reader = service.book.store.read_once().await?;
    let row = admin_grant::table::by_id(&mut reader, peers::id_of(name)).await?;
    row.map(AdminGrant::from)
        .filter(|grant| grant.is_of(&call.caller))
        .ok_or_else(|| Fault::not_found(TYPE, name))
}
