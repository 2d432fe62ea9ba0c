//! The customer, or the partner that holds the grant, ends a delegated admin grant: `RevokeAdminGrant`. No
//! rule guards the command; the reseller relationship goes on.

use csp_proto::relationship::v1::{self as pb, AdminGrantKind};
use csp_service::{Call, Result, etag};

use super::{read, table};
use crate::RelationshipService;

pub(crate) async fn revoke(
    service: &RelationshipService,
    call: &Call,
    request: pb::RevokeAdminGrantRequest,
) -> Result<pb::RevokeAdminGrantResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &name).await?;
        etag::check(&before.name(), &request.etag, before.row().revision)?;
        before.must_be(AdminGrantKind::Delegated, "EndAzureOwner")?;
        let mut grant = before.clone();
        grant.revoke(now);

        let mut write = run.write();
        table::save_revoked(&mut write, grant.row());
        write.tell(grant.effect(&before, now)?);
        write.conclude(pb::RevokeAdminGrantResponse { admin_grant: Some(grant.render(now)) }).await
    })
    .await
}
