//! The reseller declines a provider's request: `DeclinePartnership`.

use csp_policy::Act;
use csp_policy::boundaries::DeclinePartnership;
use csp_proto::relationship::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Call, Fields, Result};

use super::{accept, table};
use crate::invitation::draft;
use crate::time::day_of;
use crate::{Relationship, peers};

pub(crate) async fn decline(
    service: &Relationship,
    call: &Call,
    request: pb::DeclinePartnershipRequest,
) -> Result<pb::DeclinePartnershipResponse> {
    let mut fields = Fields::new();
    let token = draft::read_token(&mut fields, &request.link_token);
    let token = fields.finish(|| token)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = accept::requested(service, call, &token).await?;
        let query = Query { partners: vec![before.row().reseller.clone()], ..Query::default() };
        let facts = service.registry.facts(call, day_of(now), query).await?;
        let mut revisions = facts.revisions();
        revisions.push(before.revision());
        let permit = run.decide(DeclinePartnership {
            act: Act { day: day_of(now), subject: before.name(), revisions },
            caller: call.caller.clone(),
            now,
            reseller: peers::partner(&facts, &before.row().reseller)?,
            invitation: before.invitation(),
        })?;
        let mut partnership = before.clone();
        partnership.decline(now)?;

        let mut write = run.write();
        let accepted = write.accept(permit, &partnership.name())?;
        table::save_declined(&mut write, partnership.row(), &accepted);
        write.tell(partnership.effect(&before, now)?);
        let (partnership, decision) = (Some(partnership.render(now)), Some(accepted.decision()));
        write.conclude(pb::DeclinePartnershipResponse { partnership, decision }).await
    })
    .await
}
