//! An operator records a partnership that was established elsewhere: `RecordPartnership`.

use csp_policy::boundaries::AcceptPartnership;
use csp_policy::{Act, Day};
use csp_proto::relationship::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Call, Evidence, Fields, Result};
use jiff::Timestamp;

use super::request::{must_be_new, put_away};
use super::{Partnership, Request, name_of, table};
use crate::relationship_type::{self, Kind};
use crate::{RelationshipService, peers, reseller_relationship};
use csp_service::wire::{self, day_of};

/// The parsed request.
struct Command {
    id: Option<String>,
    external_id: Option<String>,
    provider: String,
    reseller: String,
    admin_access: bool,
    evidence: Evidence,
}

impl Command {
    fn read(request: &pb::RecordPartnershipRequest, today: Day) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields.chosen_id("partnership_id", &request.partnership_id);
        let external_id = fields.external_id("external_id", &request.external_id);
        let provider = fields.resource_name("provider", &request.provider, "partners");
        let reseller = fields.resource_name("reseller", &request.reseller, "partners");
        let evidence = fields.evidence(request.evidence.as_ref(), today);
        fields.finish(|| {
            Some(Command {
                id: id?,
                external_id: external_id?,
                provider: provider?,
                reseller: reseller?,
                admin_access: request.provider_admin_access.unwrap_or(true),
                evidence: evidence?,
            })
        })
    }
}

pub(crate) async fn record(
    service: &RelationshipService,
    call: &Call,
    request: pb::RecordPartnershipRequest,
) -> Result<pb::RecordPartnershipResponse> {
    let command = Command::read(&request, day_of(service.book.now()))?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let id = command.id.clone().unwrap_or_else(|| service.book.next_id());
        let facts = gather(service, call, &command, now).await?;
        let (provider, reseller) = (facts.provider.clone(), facts.reseller.clone());
        let external_id = call.external_id(command.external_id.clone());
        let overdue = must_be_new(service, &id, external_id.as_ref(), &provider, &reseller, now).await?;
        let permit = run.decide(facts)?;
        let (email, note) = (String::new(), String::new());
        let wanted = Request { id, external_id, reseller_email: email, note };
        let evidence = command.evidence.clone();
        let partnership =
            Partnership::record(wanted, &provider, &reseller, command.admin_access, evidence, now);

        let mut write = run.write();
        let accepted = write.accept(permit, &partnership.name())?;
        put_away(&mut write, overdue, now).await?;
        table::insert_recorded(&mut write, partnership.row(), &accepted);
        relationship_type::add(&mut write, &provider.name, &reseller.tenant, Kind::Reseller, 1);
        write.tell(partnership.creation(now)?);
        let (partnership, decision) =
            (Some(partnership.render(now, &call.caller)), Some(accepted.decision()));
        write.conclude(pb::RecordPartnershipResponse { partnership, decision }).await
    })
    .await
}

/// The facts as of the evidence's day.
async fn gather(
    service: &RelationshipService,
    call: &Call,
    command: &Command,
    now: Timestamp,
) -> Result<AcceptPartnership> {
    let day = command.evidence.day;
    let partners = vec![command.provider.clone(), command.reseller.clone()];
    let query = Query { partners, recorded: true, ..Query::default() };
    let facts = service.registry.facts(call, day, query).await?;
    let provider = peers::partner(&facts, &command.provider)?;
    let reseller = peers::partner(&facts, &command.reseller)?;
    let other_edge =
        reseller_relationship::read::of_tenant(service, &provider.name, &reseller.tenant).await?;
    let mut revisions = facts.revisions();
    revisions.extend(other_edge.clone());
    Ok(AcceptPartnership {
        act: Act { at: now, day, subject: name_of(wire::subject_id(command.id.as_deref())), revisions },
        recorded: true,
        caller: call.caller.clone(),
        provider,
        reseller,
        invitation: None,
        other_edge: other_edge.map(|edge| edge.resource),
        confirmed: true,
    })
}
