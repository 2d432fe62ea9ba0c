//! A customer declines a partner's invitation: `DeclineInvitation`.

use csp_policy::Act;
use csp_policy::boundaries::DeclineInvitation;
use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Result};

use super::{draft, table};
use crate::{RelationshipService, draft_mail};
use csp_service::wire::day_of;

pub(crate) async fn decline(
    service: &RelationshipService,
    call: &Call,
    request: pb::DeclineInvitationRequest,
) -> Result<pb::DeclineInvitationResponse> {
    let token = draft_mail::token(&request.link_token)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = draft::answered(service, call, &token).await?;
        let permit = run.decide(DeclineInvitation {
            act: Act {
                at: now,
                day: day_of(now),
                subject: before.name(),
                revisions: vec![before.revision()],
            },
            caller: call.caller.clone(),
            customer_tenant: call.tenant().unwrap_or_default().to_owned(),
            invitation: before.fact(),
        })?;
        let mut invitation = before.clone();
        invitation.decline(now)?;

        let mut write = run.write();
        let accepted = write.accept(permit, &invitation.name())?;
        table::save_declined(&mut write, invitation.row(), &accepted);
        write.tell(invitation.effect(&before, now)?);
        let (invitation, decision) = (Some(invitation.render(now, &call.caller)), Some(accepted.decision()));
        write.conclude(pb::DeclineInvitationResponse { invitation, decision }).await
    })
    .await
}
