//! The reseller declines a provider's request: `DeclinePartnership`.

use csp_policy::Act;
use csp_policy::boundaries::DeclinePartnership;
use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Result};

use super::{draft, table};
use crate::{RelationshipService, draft_mail, peers};
use csp_service::wire::day_of;

pub(crate) async fn decline(
    service: &RelationshipService,
    call: &Call,
    request: pb::DeclinePartnershipRequest,
) -> Result<pb::DeclinePartnershipResponse> {
    let token = draft_mail::token(&request.link_token)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = draft::answered(service, call, &token).await?;
        let reseller = &before.row().reseller;
        let facts = peers::partners(service, call, day_of(now), [reseller]).await?;
        let mut revisions = facts.revisions();
        revisions.push(before.revision());
        let permit = run.decide(DeclinePartnership {
            act: Act { at: now, day: day_of(now), subject: before.name(), revisions },
            caller: call.caller.clone(),
            reseller: peers::partner(&facts, reseller)?,
            invitation: before.invitation(),
        })?;
        let mut partnership = before.clone();
        partnership.decline(now)?;

        let mut write = run.write();
        let accepted = write.accept(permit, &partnership.name())?;
        table::save_declined(&mut write, partnership.row(), &accepted);
        write.tell(partnership.effect(&before, now)?);
        let (partnership, decision) =
            (Some(partnership.render(now, &call.caller)), Some(accepted.decision()));
        write.conclude(pb::DeclinePartnershipResponse { partnership, decision }).await
    })
    .await
}
