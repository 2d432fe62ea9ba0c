//! A provider, or an operator for either side, ends a partnership: `RemovePartnership`.
//!
//! Nothing else changes (rule PSH-10): customers, their relationships and admin grants stay, and nobody is
//! notified. New business under the removed partnership is refused from then on, since every decision on new
//! business reads the partnership.

use csp_policy::Act;
use csp_policy::boundaries::RemovePartnership;
use csp_proto::relationship::v1 as pb;
use csp_service::{Call, Fault, Fields, Result, attests, etag};
use jiff::Timestamp;

use super::{COLLECTION, Partnership, read, table};
use crate::relationship_type::{self, Kind};
use crate::{RelationshipService, good_faith, peers};
use csp_service::wire::day_of;

/// The parsed request.
struct Command {
    name: String,
    etag: String,
    confirmed: bool,
    text_version: Option<String>,
    reason: String,
}

impl TryFrom<&pb::RemovePartnershipRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::RemovePartnershipRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, COLLECTION);
        let text_version = good_faith::read(&mut fields, request.good_faith.as_ref());
        let reason = fields.text("reason", &request.reason, 1..=good_faith::REASON_CHARS_MAX);
        fields.finish(|| {
            Some(Command {
                name: name?,
                etag: request.etag.clone(),
                confirmed: attests(request.confirmation.as_ref()),
                text_version: text_version?,
                reason: reason?,
            })
        })
    }
}

pub(crate) async fn remove(
    service: &RelationshipService,
    call: &Call,
    request: pb::RemovePartnershipRequest,
) -> Result<pb::RemovePartnershipResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &command.name).await?;
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let permit = run.decide(gather(service, call, &command, &before, now).await?)?;
        let mut partnership = before.clone();
        let by_operator = call.caller.is_operator();
        let attested = command.text_version.clone().filter(|_| !by_operator);
        partnership.remove(call.actor(), command.reason.clone(), attested, now)?;

        let mut write = run.write();
        let accepted = write.accept(permit, &partnership.name())?;
        let row = partnership.row();
        table::save_removed(&mut write, row, &accepted);
        relationship_type::take(&mut write, &row.provider, &row.reseller_tenant, Kind::Reseller, 1);
        write.tell(partnership.effect(&before, now)?);
        let (partnership, decision) =
            (Some(partnership.render(now, &call.caller)), Some(accepted.decision()));
        write.conclude(pb::RemovePartnershipResponse { partnership, decision }).await
    })
    .await
}

async fn gather(
    service: &RelationshipService,
    call: &Call,
    command: &Command,
    partnership: &Partnership,
    now: Timestamp,
) -> Result<RemovePartnership> {
    let provider = &partnership.row().provider;
    let facts = peers::partners(service, call, day_of(now), [provider]).await?;
    let mut revisions = facts.revisions();
    revisions.push(partnership.revision());
    Ok(RemovePartnership {
        act: Act { at: now, day: day_of(now), subject: partnership.name(), revisions },
        caller: call.caller.clone(),
        provider: peers::partner(&facts, provider)?,
        confirmed: command.confirmed,
        attested: command.text_version.is_some(),
    })
}
