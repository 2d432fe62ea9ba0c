//! The primary contact proves the e-mail address: `VerifyContactEmail`.

use csp_policy::boundaries;
use csp_policy::{Act, decide};
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result};

use crate::PartnerRegistry;
use crate::names::{self, PARTNERS};
use crate::partner::View;
use crate::partner::mail::EMAIL_TOKEN_PURPOSE;
use crate::{partner::mail, read, store};

/// Longest token.
const TOKEN_CHARS_MAX: usize = 256;

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::VerifyContactEmailRequest,
) -> Result<pb::VerifyContactEmailResponse> {
    let mut fields = Fields::new();
    let token = fields.text("token", &request.token, 1..=TOKEN_CHARS_MAX);
    let token = fields.finish(|| token)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || verify(service, call, &token, &attempt)).await
}

async fn verify(
    service: &PartnerRegistry,
    call: &Call,
    token: &str,
    attempt: &Attempt,
) -> Result<pb::VerifyContactEmailResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    // The token is a secret: it is never told back.
    let unknown = || Fault::not_found("account", "of this token");
    let (id, generation) = service.links.verify(EMAIL_TOKEN_PURPOSE, token).ok_or_else(unknown)?;
    let name = names::name(PARTNERS, &id);
    let mut reader = book.store.read().await?;
    let before = read::partner(reader.conn(), &name).await?.ok_or_else(unknown)?;
    drop(reader);

    let (now, today) = (book.now(), book.clock.today());
    let facts = boundaries::VerifyContactEmail {
        act: Act {
            day: today,
            subject: name.clone(),
            revisions: vec![read::revision(name.clone(), before.row().revision)],
        },
        token: before.email_token(generation, now),
    };
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let mut partner = before.clone();
    partner.prove_email(now);
    let mut response =
        pb::VerifyContactEmailResponse { partner: name.clone(), decision: Some(book.preview(&permit)) };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &name)?;
    store::partner::save_proof(&mut tx, &accepted, partner.row());
    if partner.review_step() != before.review_step() {
        mail::put_status(service, &mut tx, &partner);
    }
    response.decision = Some(accepted.decision());
    let [old, new] = [&before, &partner].map(|partner| partner.render(View::Whole, today));
    let effects = vec![Effect::changed(&name, partner.row().revision, &old, &new)?];
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}
