//! An operator takes a review one step on, or ends it: `ReviewEnrollment`.

use csp_policy::boundaries;
use csp_policy::{Act, decide};
use csp_proto::partner_registry::v1::{self as pb, ReviewStep, ReviewVerdict};
use csp_service::{Accepted, Attempt, Call, Effect, Fault, Fields, Result, etag};
use csp_store::{Connection, Tx};
use jiff::Timestamp;

use crate::PartnerRegistry;
use crate::mpn_id::MpnId;
use crate::names::PARTNERS;
use crate::partner::{Partner, View};
use crate::{partner::mail, read, store, visibility};

/// Longest reason of a rejection.
const REASON_CHARS_MAX: usize = 500;

struct Command {
    name: String,
    etag: String,
    step: ReviewStep,
    /// Why it is rejected; `None` when the step is passed.
    rejection: Option<String>,
}

impl TryFrom<&pb::ReviewEnrollmentRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::ReviewEnrollmentRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, PARTNERS);
        let step = fields.enum_value("step", request.step);
        let verdict = fields.enum_value("verdict", request.verdict);
        let rejects = verdict == Some(ReviewVerdict::Reject);
        let reason = fields.text("reason", &request.reason, usize::from(rejects)..=REASON_CHARS_MAX);
        let etag = request.etag.clone();
        fields.finish(|| {
            let rejection = reason.filter(|_| rejects);
            verdict.and(Some(Command { name: name?, etag, step: step?, rejection }))
        })
    }
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::ReviewEnrollmentRequest,
) -> Result<pb::ReviewEnrollmentResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || review(service, call, &command, &attempt)).await
}

async fn review(
    service: &PartnerRegistry,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::ReviewEnrollmentResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut reader = book.store.read().await?;
    let before = visibility::own(reader.conn(), call, &command.name).await?.partner;
    let held = if command.rejection.is_some() { held(reader.conn(), &before).await? } else { Vec::new() };
    drop(reader);
    etag::check(&command.name, &command.etag, before.row().revision)?;
    let (mut partner, today) = (before.clone(), book.clock.today());
    match &command.rejection {
        None => partner.pass(command.step, book.now())?,
        Some(reason) => partner.reject(command.step, reason.clone(), book.now())?,
    }

    let facts = boundaries::ReviewEnrollment {
        act: Act {
            day: today,
            subject: command.name.clone(),
            revisions: vec![read::revision(command.name.clone(), before.row().revision)],
        },
        goes_on: command.rejection.is_none(),
        contact_email_verified: before.email_is_verified(),
    };
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let mut response = pb::ReviewEnrollmentResponse {
        partner: Some(partner.render(View::Whole, today)),
        decision: Some(book.preview(&permit)),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &command.name)?;
    store::partner::save_review(&mut tx, &accepted, partner.row());
    mail::put_status(service, &mut tx, &partner);
    response.decision = Some(accepted.decision());
    let [old, new] = [&before, &partner].map(|partner| partner.render(View::Whole, today));
    let mut effects = vec![Effect::changed(&command.name, partner.row().revision, &old, &new)?];
    effects.extend(free(&mut tx, &accepted, &held, book.now()).await?);
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

/// The MPN IDs of an account; it has room for so few that one read each is fine.
async fn held(conn: &mut Connection, partner: &Partner) -> Result<Vec<MpnId>> {
    let mut held = Vec::new();
    for number in partner.mpn_numbers() {
        held.push(read::existing_mpn_id(conn, number).await?);
    }
    Ok(held)
}

/// Whoever is turned down keeps no MPN ID from the company that it named.
async fn free(
    tx: &mut Tx,
    accepted: &Accepted<boundaries::ReviewEnrollment>,
    held: &[MpnId],
    now: Timestamp,
) -> Result<Vec<Effect>> {
    let mut effects = Vec::with_capacity(held.len());
    for before in held {
        let mut mpn_id = before.clone();
        mpn_id.free(now);
        store::mpn_id::save_release(tx, accepted, mpn_id.row());
        let revision = mpn_id.row().revision;
        effects.push(Effect::changed(&mpn_id.name(), revision, &before.render(), &mpn_id.render())?);
    }
    Ok(effects)
}
