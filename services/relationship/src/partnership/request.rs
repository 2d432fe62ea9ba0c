//! A provider asks a reseller for a partnership: `RequestPartnership`.

use csp_policy::boundaries::RequestPartnership;
use csp_policy::{Partner, decide};
use csp_proto::relationship::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Attempt, Call, Fault, Fields, Result};
use csp_store::Connection;
use jiff::Timestamp;

use crate::partnership::{COLLECTION, Partnership, Request, TYPE};
use crate::time::day_of;
use crate::{Relationship, draft, parties};

/// Longest key of the caller's own.
pub(crate) const EXTERNAL_ID_CHARS_MAX: usize = 128;

/// What the provider wants, well formed.
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
        let id = read_chosen_id(&mut fields, "partnership_id", &request.partnership_id);
        let external_id = read_external_id(&mut fields, &request.external_id);
        let reseller = fields.resource_name("reseller", &request.reseller, "partners");
        let reseller_email = fields.email("reseller_email", &request.reseller_email);
        let note = fields.lines("note", &request.note, 0..=draft::NOTE_CHARS_MAX);
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

pub(crate) async fn request_partnership(
    service: &Relationship,
    call: &Call,
    request: pb::RequestPartnershipRequest,
) -> Result<pb::RequestPartnershipResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &Relationship,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::RequestPartnershipResponse> {
    let book = &service.book;
    if let Some(mut answer) = book.first_answer::<pb::RequestPartnershipResponse>(attempt).await? {
        // The link is derived, never stored: the remembered answer came without it.
        answer.draft = service.request_draft_again(answer.partnership.as_ref()).await?;
        return Ok(answer);
    }
    let now = book.now();
    let id = command.id.clone().unwrap_or_else(|| book.next_id());
    let facts = gather(service, call, command, attempt, &id, now).await?;
    let (provider, reseller) = (facts.provider.clone(), facts.reseller.clone());
    let external_id = command.external_id.as_deref();
    let overdue =
        must_be_new(&mut *book.store.read().await?, &id, external_id, &provider, &reseller, now).await?;
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let request = Request {
        id,
        external_id: command.external_id.clone(),
        reseller_email: command.reseller_email.clone(),
        note: command.note.clone(),
    };
    let partnership = Partnership::request(request, &provider, &reseller, now);
    let mut response = pb::RequestPartnershipResponse {
        partnership: Some(partnership.render(now)),
        draft: None,
        decision: Some(book.preview(&permit)),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &partnership.name())?;
    let mut effects = Vec::new();
    if let Some(before) = overdue {
        let mut expired = before.clone();
        expired.expire(now)?;
        crate::partnership::table::save_expired(&mut tx, expired.row()).await?;
        effects.push(expired.effect(&before, now)?);
    }
    crate::partnership::table::insert_requested(&mut tx, partnership.row(), &accepted);
    effects.push(partnership.creation(now)?);
    response.decision = Some(accepted.decision());
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    response.draft = Some(draft::of_request(&service.links, &partnership));
    Ok(response)
}

async fn gather(
    service: &Relationship,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
    id: &str,
    now: Timestamp,
) -> Result<RequestPartnership> {
    let (day, subject) = (day_of(now), format!("{COLLECTION}/{id}"));
    let query = Query {
        partners: vec![command.reseller.clone()],
        tenants: call.tenant().map(str::to_owned).into_iter().collect(),
        ..Query::default()
    };
    let facts = service.registry.facts(call, day, query).await?;
    let provider =
        parties::acting::<RequestPartnership>(&service.book, call, attempt, &facts, day, &subject)?;
    let reseller = parties::partner(&facts, &command.reseller)?;
    Ok(RequestPartnership { day, subject, revisions: facts.revisions(), provider, reseller })
}

/// A new partnership of the two needs a free id and key, and none between them that is pending or active. Gives
/// the request that nobody answered in time and that the new one replaces.
pub(crate) async fn must_be_new(
    conn: &mut Connection,
    id: &str,
    external_id: Option<&str>,
    provider: &Partner,
    reseller: &Partner,
    now: Timestamp,
) -> Result<Option<Partnership>> {
    let exists = |name: String| Err(Fault::AlreadyExists { resource_type: TYPE, name });
    if crate::partnership::table::by_id(conn, id).await?.is_some() {
        return exists(format!("{COLLECTION}/{id}"));
    }
    if let Some(key) = external_id
        && let Some(holder) = crate::partnership::table::by_external_id(conn, &provider.tenant, key).await?
    {
        return exists(Partnership::from(holder).name());
    }
    let open =
        crate::partnership::table::open(conn, &provider.name, &reseller.name).await?.map(Partnership::from);
    match open {
        Some(open) if open.is_active() || open.must_be_pending(now).is_ok() => exists(open.name()),
        overdue => Ok(overdue),
    }
}

/// Reads an id that the caller may choose: `Some(None)` when it does not.
pub(crate) fn read_chosen_id(fields: &mut Fields, field: &str, id: &str) -> Option<Option<String>> {
    fields.optional(id, |fields, id| fields.resource_id(field, id))
}

/// Reads the caller's own key: `Some(None)` when there is none.
pub(crate) fn read_external_id(fields: &mut Fields, key: &str) -> Option<Option<String>> {
    fields.optional(key, |fields, key| fields.text("external_id", key, 1..=EXTERNAL_ID_CHARS_MAX))
}
