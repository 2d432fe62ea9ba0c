//! An operator changes the standing of an authorized account: `SetPartnerStanding`.

use csp_proto::partner_registry::v1::{self as pb, Standing};
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result, etag};

use crate::PartnerRegistry;
use crate::names::PARTNERS;
use crate::partner::View;
use crate::{store, visibility};

/// Longest reason.
const REASON_CHARS_MAX: usize = 500;

struct Command {
    name: String,
    etag: String,
    standing: Standing,
    reason: String,
}

impl TryFrom<&pb::SetPartnerStandingRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::SetPartnerStandingRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, PARTNERS);
        let standing = fields.enum_value("standing", request.standing);
        let reason = fields.text("reason", &request.reason, 1..=REASON_CHARS_MAX);
        let etag = request.etag.clone();
        fields.finish(|| Some(Command { name: name?, etag, standing: standing?, reason: reason? }))
    }
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::SetPartnerStandingRequest,
) -> Result<pb::SetPartnerStandingResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || set_standing(service, call, &command, &attempt)).await
}

async fn set_standing(
    service: &PartnerRegistry,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::SetPartnerStandingResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut reader = book.store.read().await?;
    let before = visibility::own(reader.conn(), call, &command.name).await?.partner;
    drop(reader);
    etag::check(&command.name, &command.etag, before.row().revision)?;
    let (mut partner, today) = (before.clone(), book.clock.today());
    partner.set_standing(command.standing, command.reason.clone(), book.now())?;
    let response = pb::SetPartnerStandingResponse { partner: Some(partner.render(View::Whole, today)) };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    store::partner::save_unguarded(&mut tx, partner.row());
    let [old, new] = [&before, &partner].map(|partner| partner.render(View::Whole, today));
    let effects = vec![Effect::changed(&command.name, partner.row().revision, &old, &new)?];
    book.conclude(tx, call, attempt, None, effects, &response).await?;
    Ok(response)
}
