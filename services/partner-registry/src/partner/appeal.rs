//! A rejected partner asks to be looked at again: `AppealEnrollment`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result, etag};

use crate::PartnerRegistry;
use crate::names::PARTNERS;
use crate::partner::View;
use crate::partner::enrollment::place_must_be_free;
use crate::{partner::mail, read, store, visibility};

/// Longest statement.
const STATEMENT_CHARS_MAX: usize = 2000;

struct Command {
    name: String,
    etag: String,
    statement: String,
}

impl TryFrom<&pb::AppealEnrollmentRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::AppealEnrollmentRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, PARTNERS);
        let statement = fields.lines("statement", &request.statement, 1..=STATEMENT_CHARS_MAX);
        let etag = request.etag.clone();
        fields.finish(|| Some(Command { name: name?, etag, statement: statement? }))
    }
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::AppealEnrollmentRequest,
) -> Result<pb::AppealEnrollmentResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || appeal(service, call, &command, &attempt)).await
}

async fn appeal(
    service: &PartnerRegistry,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::AppealEnrollmentResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut reader = book.store.read().await?;
    let seen = visibility::own(reader.conn(), call, &command.name).await?;
    let before = seen.partner;
    let accounts = read::accounts(reader.conn(), &before.row().organization).await?;
    drop(reader);
    etag::check(&command.name, &command.etag, before.row().revision)?;
    let (mut partner, today) = (before.clone(), book.clock.today());
    partner.appeal(command.statement.clone(), book.now())?;
    // While it was turned down, another account may have taken its place.
    place_must_be_free(&accounts, &partner)?;
    let response = pb::AppealEnrollmentResponse { partner: Some(partner.render(seen.view, today)) };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    store::partner::save_unguarded(&mut tx, partner.row());
    mail::put_status(service, &mut tx, &partner);
    let [old, new] = [&before, &partner].map(|partner| partner.render(View::Whole, today));
    let effects = vec![Effect::changed(&command.name, partner.row().revision, &old, &new)?];
    book.conclude(tx, call, attempt, None, effects, &response).await?;
    Ok(response)
}
