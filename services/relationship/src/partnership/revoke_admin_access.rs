//! The reseller withdraws the provider's administrator access: `RevokeProviderAdminAccess`. The partnership
//! goes on. No rule guards the command.

use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Fault, Result, etag};

use super::{read, table};
use crate::RelationshipService;

pub(crate) async fn revoke_admin_access(
    service: &RelationshipService,
    call: &Call,
    request: pb::RevokeProviderAdminAccessRequest,
) -> Result<pb::RevokeProviderAdminAccessResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &name).await?;
        if !before.is_reseller(&call.caller) {
            return Err(Fault::role_missing(call.method, "RESELLER"));
        }
        etag::check(&name, &request.etag, before.row().revision)?;
        let mut partnership = before.clone();
        partnership.revoke_admin_access(now)?;

        let mut write = run.write();
        table::save_withdrawn(&mut write, partnership.row());
        write.tell(partnership.effect(&before, now)?);
        let partnership = Some(partnership.render(now, &call.caller));
        write.conclude(pb::RevokeProviderAdminAccessResponse { partnership }).await
    })
    .await
}
