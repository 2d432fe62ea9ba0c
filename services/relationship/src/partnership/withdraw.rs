//! A provider withdraws its request: `WithdrawPartnership`. No rule guards the command.

use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Fault, Result, etag};

use super::{read, table};
use crate::RelationshipService;

pub(crate) async fn withdraw(
    service: &RelationshipService,
    call: &Call,
    request: pb::WithdrawPartnershipRequest,
) -> Result<pb::WithdrawPartnershipResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &name).await?;
        if !before.is_provider(&call.caller) {
            return Err(Fault::role_missing(call.method, "PROVIDER"));
        }
        etag::check(&name, &request.etag, before.row().revision)?;
        let mut partnership = before.clone();
        partnership.withdraw(now)?;

        let mut write = run.write();
        table::save_withdrawn(&mut write, partnership.row());
        write.tell(partnership.effect(&before, now)?);
        let partnership = Some(partnership.render(now, &call.caller));
        write.conclude(pb::WithdrawPartnershipResponse { partnership }).await
    })
    .await
}
