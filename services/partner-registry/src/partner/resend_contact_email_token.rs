//! The primary contact is sent a new token: `ResendContactEmailToken`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fields, Result};

use crate::PartnerRegistry;
use crate::names::PARTNERS;
use crate::partner::View;
use crate::{partner::mail, store, visibility};

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::ResendContactEmailTokenRequest,
) -> Result<pb::ResendContactEmailTokenResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, PARTNERS);
    let name = fields.finish(|| name)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || resend(service, call, &name, &attempt)).await
}

async fn resend(
    service: &PartnerRegistry,
    call: &Call,
    name: &str,
    attempt: &Attempt,
) -> Result<pb::ResendContactEmailTokenResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut reader = book.store.read().await?;
    let seen = visibility::own(reader.conn(), call, name).await?;
    drop(reader);
    let before = seen.partner;
    let (mut partner, today) = (before.clone(), book.clock.today());
    partner.resend_email_token(book.now())?;
    // An address that the caller may not see yet is not told either.
    let contact = partner.render(seen.view, today).primary_contact;
    let response = pb::ResendContactEmailTokenResponse {
        email: contact.map(|contact| contact.email).unwrap_or_default(),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    store::partner::save_unguarded(&mut tx, partner.row());
    mail::put_email_token(service, &mut tx, &partner);
    let [old, new] = [&before, &partner].map(|partner| partner.render(View::Whole, today));
    let effects = vec![Effect::changed(name, partner.row().revision, &old, &new)?];
    book.conclude(tx, call, attempt, None, effects, &response).await?;
    Ok(response)
}
