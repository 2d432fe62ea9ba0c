//! The reseller accepts a provider's request: `AcceptPartnership`.

use csp_policy::Act;
use csp_policy::boundaries::AcceptPartnership;
use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Result, attests};
use jiff::Timestamp;

use super::{Partnership, draft, table};
use crate::relationship_type::{self, Kind};
use crate::{RelationshipService, draft_mail, peers, reseller_relationship};
use csp_service::wire::day_of;

pub(crate) async fn accept(
    service: &RelationshipService,
    call: &Call,
    request: pb::AcceptPartnershipRequest,
) -> Result<pb::AcceptPartnershipResponse> {
    let token = draft_mail::token(&request.link_token)?;
    let authorized = attests(request.authorization.as_ref());
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = draft::answered(service, call, &token).await?;
        let permit = run.decide(gather(service, call, &before, authorized, now).await?)?;
        let mut partnership = before.clone();
        partnership.accept(now)?;

        let mut write = run.write();
        let accepted = write.accept(permit, &partnership.name())?;
        let row = partnership.row();
        table::save_accepted(&mut write, row, &accepted);
        relationship_type::add(&mut write, &row.provider, &row.reseller_tenant, Kind::Reseller, 1);
        write.tell(partnership.effect(&before, now)?);
        let (partnership, decision) =
            (Some(partnership.render(now, &call.caller)), Some(accepted.decision()));
        write.conclude(pb::AcceptPartnershipResponse { partnership, decision }).await
    })
    .await
}

async fn gather(
    service: &RelationshipService,
    call: &Call,
    request: &Partnership,
    confirmed: bool,
    now: Timestamp,
) -> Result<AcceptPartnership> {
    let (day, row) = (day_of(now), request.row());
    let facts = peers::partners(service, call, day, [&row.provider, &row.reseller]).await?;
    let provider = peers::partner(&facts, &row.provider)?;
    let reseller = peers::partner(&facts, &row.reseller)?;
    let other_edge =
        reseller_relationship::read::of_tenant(service, &provider.name, &reseller.tenant).await?;
    let mut revisions = facts.revisions();
    revisions.push(request.revision());
    revisions.extend(other_edge.clone());
    Ok(AcceptPartnership {
        act: Act { at: now, day, subject: request.name(), revisions },
        recorded: false,
        caller: call.caller.clone(),
        provider,
        reseller,
        invitation: Some(request.invitation()),
        other_edge: other_edge.map(|edge| edge.resource),
        confirmed,
    })
}
