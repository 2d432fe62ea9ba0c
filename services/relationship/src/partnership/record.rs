//! An operator records a partnership that was established elsewhere: `RecordPartnership`.

use csp_policy::boundaries::AcceptPartnership;
use csp_policy::{Day, decide};
use csp_proto::relationship::v1 as pb;
use csp_proto::r#type::v1::Evidence;
use csp_service::peers::Query;
use csp_service::{Attempt, Call, Fields, Result};
use jiff::Timestamp;

use crate::partnership::request::{must_be_new, read_chosen_id, read_external_id};
use crate::partnership::{COLLECTION, Partnership, Request};
use crate::store::relationship_type::{self, Kind};
use crate::time::day_of;
use crate::{Relationship, edges, parties};

/// Longest name of a source.
const SOURCE_CHARS_MAX: usize = 200;

/// What the operator records, well formed.
struct Command {
    id: Option<String>,
    external_id: Option<String>,
    provider: String,
    reseller: String,
    admin_access: bool,
    day: Day,
    evidence: Evidence,
}

impl Command {
    fn read(request: &pb::RecordPartnershipRequest, today: Day) -> Result<Self> {
        let mut fields = Fields::new();
        let id = read_chosen_id(&mut fields, "partnership_id", &request.partnership_id);
        let external_id = read_external_id(&mut fields, &request.external_id);
        let provider = fields.resource_name("provider", &request.provider, "partners");
        let reseller = fields.resource_name("reseller", &request.reseller, "partners");
        let established = read_evidence(&mut fields, request.evidence.as_ref(), today);
        fields.finish(|| {
            let (day, evidence) = established?;
            Some(Command {
                id: id?,
                external_id: external_id?,
                provider: provider?,
                reseller: reseller?,
                admin_access: !request.without_admin_access,
                day,
                evidence,
            })
        })
    }
}

/// Reads since when, and by what source, something exists: not in the future.
pub(crate) fn read_evidence(
    fields: &mut Fields,
    evidence: Option<&Evidence>,
    today: Day,
) -> Option<(Day, Evidence)> {
    let evidence = fields.required("evidence", evidence)?;
    let day = fields.day("evidence.date", &evidence.date);
    if let Some(day) = day.filter(|day| *day > today) {
        fields.refuse("evidence.date", format!("must not be in the future, was `{day}`"));
    }
    fields.text("evidence.source", &evidence.source, 1..=SOURCE_CHARS_MAX)?;
    Some((day?, evidence.clone()))
}

pub(crate) async fn record_partnership(
    service: &Relationship,
    call: &Call,
    request: pb::RecordPartnershipRequest,
) -> Result<pb::RecordPartnershipResponse> {
    let command = Command::read(&request, day_of(service.book.now()))?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &Relationship,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::RecordPartnershipResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let now = book.now();
    let id = command.id.clone().unwrap_or_else(|| book.next_id());
    let facts = gather(service, call, command, &id, now).await?;
    let (provider, reseller) = (facts.provider.clone(), facts.reseller.clone());
    let external_id = command.external_id.as_deref();
    let overdue =
        must_be_new(&mut *book.store.read().await?, &id, external_id, &provider, &reseller, now).await?;
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let request = Request {
        id,
        external_id: command.external_id.clone(),
        reseller_email: String::new(),
        note: String::new(),
    };
    let evidence = command.evidence.clone();
    let partnership = Partnership::record(request, &provider, &reseller, command.admin_access, evidence, now);
    let mut response = pb::RecordPartnershipResponse {
        partnership: Some(partnership.render(now)),
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
    crate::partnership::table::insert_recorded(&mut tx, partnership.row(), &accepted);
    relationship_type::add(&mut tx, &provider.name, &reseller.tenant, Kind::Reseller, 1);
    effects.push(partnership.creation(now)?);
    response.decision = Some(accepted.decision());
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

/// The facts as of the day in the evidence.
async fn gather(
    service: &Relationship,
    call: &Call,
    command: &Command,
    id: &str,
    now: Timestamp,
) -> Result<AcceptPartnership> {
    let query =
        Query { partners: vec![command.provider.clone(), command.reseller.clone()], ..Query::default() };
    let facts = service.registry.facts(call, command.day, query).await?;
    let provider = parties::partner(&facts, &command.provider)?;
    let reseller = parties::partner(&facts, &command.reseller)?;
    let other_edge = edges::as_customer(service, &provider, &reseller.tenant).await?;
    let mut revisions = facts.revisions();
    revisions.extend(other_edge.clone());
    Ok(AcceptPartnership {
        day: command.day,
        subject: format!("{COLLECTION}/{id}"),
        revisions,
        recorded: true,
        caller: call.caller.clone(),
        now,
        provider,
        reseller,
        invitation: None,
        other_edge: other_edge.map(|edge| edge.resource),
        confirmed: true,
    })
}
