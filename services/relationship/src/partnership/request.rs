//! A provider asks a reseller for a partnership: `RequestPartnership`.

use csp_policy::boundaries::RequestPartnership;
use csp_policy::{Act, Partner};
use csp_proto::Mutation;
use csp_proto::relationship::v1 as pb;
use csp_service::peers::Query;
use csp_service::wire;
use csp_service::{Call, ExternalId, Fault, Fields, Result, Run, Write};
use jiff::Timestamp;

use super::{Partnership, Request, TYPE, draft, name_of, read, table};
use crate::{RelationshipService, draft_mail, peers};
use csp_service::wire::day_of;

/// The parsed request.
struct Command {
    id: Option<String>,
    external_id: Option<String>,
    reseller: String,
    reseller_email: String,
    note: String,
}

impl TryFrom<&pb::RequestPartnershipRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::RequestPartnershipRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields.chosen_id("partnership_id", &request.partnership_id);
        let external_id = fields.external_id("external_id", &request.external_id);
        let reseller = fields.resource_name("reseller", &request.reseller, "partners");
        let reseller_email = fields.email("reseller_email", &request.reseller_email);
        let note = fields.lines("note", &request.note, 0..=draft_mail::NOTE_CHARS_MAX);
        fields.finish(|| {
            Some(Command {
                id: id?,
                external_id: external_id?,
                reseller: reseller?,
                reseller_email: reseller_email?,
                note: note?,
            })
        })
    }
}

pub(crate) async fn request(
    service: &RelationshipService,
    call: &Call,
    request: pb::RequestPartnershipRequest,
) -> Result<pb::RequestPartnershipResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    let act = || async {
        let now = service.book.now();
        let id = command.id.clone().unwrap_or_else(|| service.book.next_id());
        let facts = gather(service, call, &command, &run, now).await?;
        let (provider, reseller) = (facts.provider.clone(), facts.reseller.clone());
        let external_id = call.external_id(command.external_id.clone());
        let overdue = must_be_new(service, &id, external_id.as_ref(), &provider, &reseller, now).await?;
        let permit = run.decide(facts)?;
        let wanted = Request {
            id,
            external_id,
            reseller_email: command.reseller_email.clone(),
            note: command.note.clone(),
        };
        let partnership = Partnership::request(wanted, &provider, &reseller, now);

        let mut write = run.write();
        let accepted = write.accept(permit, &partnership.name())?;
        put_away(&mut write, overdue, now).await?;
        table::insert_requested(&mut write, partnership.row(), &accepted);
        write.tell(partnership.creation(now)?);
        let response = pb::RequestPartnershipResponse {
            partnership: Some(partnership.render(now, &call.caller)),
            draft: None,
            decision: Some(accepted.decision()),
        };
        let mut response = write.conclude(response).await?;
        response.draft = (!run.is_dry()).then(|| draft::draft(&service.links, &partnership));
        Ok(response)
    };
    let mut response = run.settle(act).await?;
    if response.draft.is_none() && !run.is_dry() {
        // The stored answer of a repeat has no draft: a draft contains the link, and links are never stored.
        response.draft = draft_again(service, response.partnership.as_ref()).await?;
    }
    Ok(response)
}

async fn gather(
    service: &RelationshipService,
    call: &Call,
    command: &Command,
    run: &Run<'_, pb::RequestPartnershipRequest>,
    now: Timestamp,
) -> Result<RequestPartnership> {
    let (day, subject) = (day_of(now), name_of(wire::subject_id(command.id.as_deref())));
    let query = Query {
        partners: vec![command.reseller.clone()],
        tenants: call.tenant().map(str::to_owned).into_iter().collect(),
        ..Query::default()
    };
    let facts = service.registry.facts(call, day, query).await?;
    let provider = run.acting(&facts, now, &subject)?;
    let reseller = peers::partner(&facts, &command.reseller)?;
    let act = Act { at: now, day, subject, revisions: facts.revisions() };
    Ok(RequestPartnership { act, provider, reseller })
}

/// [`Fault::AlreadyExists`] unless the id and the external id are free, and the two partners have no pending
/// or active partnership. Returns the overdue request between the partners, if any: the new partnership
/// replaces the overdue request.
pub(super) async fn must_be_new(
    service: &RelationshipService,
    id: &str,
    external_id: Option<&ExternalId>,
    provider: &Partner,
    reseller: &Partner,
    now: Timestamp,
) -> Result<Option<Partnership>> {
    let conn = &mut *service.book.store.read().await?;
    let exists = |name: String| Err(Fault::AlreadyExists { resource_type: TYPE, name });
    if table::by_id(conn, id).await?.is_some() {
        return exists(name_of(id));
    }
    if let Some(external_id) = external_id
        && let Some(holder) = table::by_external_id(conn, external_id).await?
    {
        return exists(Partnership::from(holder).name());
    }
    let open = table::open(conn, &provider.name, &reseller.name).await?.map(Partnership::from);
    match open {
        Some(open) if open.is_active() || open.must_be_pending(now).is_ok() => exists(open.name()),
        overdue => Ok(overdue),
    }
}

/// Stores as expired the overdue request, if any, that a new partnership replaces.
pub(super) async fn put_away<R: Mutation>(
    write: &mut Write<'_, R>,
    overdue: Option<Partnership>,
    now: Timestamp,
) -> Result<()> {
    let Some(before) = overdue else { return Ok(()) };
    let mut expired = before.clone();
    expired.expire(now)?;
    table::save_expired(write, expired.row()).await?;
    write.tell(expired.effect(&before, now)?);
    Ok(())
}

/// Composes the draft again, for the stored answer of a repeat.
async fn draft_again(
    service: &RelationshipService,
    request: Option<&pb::Partnership>,
) -> Result<Option<pb::InvitationDraft>> {
    let Some(request) = request else { return Ok(None) };
    let found = read::by_id(service, wire::id_of(&request.name)).await?;
    Ok(found.map(|found| draft::draft(&service.links, &found)))
}
