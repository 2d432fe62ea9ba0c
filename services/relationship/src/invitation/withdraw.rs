//! A sender withdraws its invitation: `WithdrawInvitation`. No rule guards the command.

use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Fault, Result, etag};

use super::{read, table};
use crate::RelationshipService;

pub(crate) async fn withdraw(
    service: &RelationshipService,
    call: &Call,
    request: pb::WithdrawInvitationRequest,
) -> Result<pb::WithdrawInvitationResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &name).await?;
        if !before.is_sender(&call.caller) {
            return Err(Fault::role_missing(call.method, "SENDER"));
        }
        etag::check(&name, &request.etag, before.row().revision)?;
        let mut invitation = before.clone();
        invitation.withdraw(now)?;

        let mut write = run.write();
        table::save_withdrawn(&mut write, invitation.row());
        write.tell(invitation.effect(&before, now)?);
        write
            .conclude(pb::WithdrawInvitationResponse {
                invitation: Some(invitation.render(now, &call.caller)),
            })
            .await
    })
    .await
}
