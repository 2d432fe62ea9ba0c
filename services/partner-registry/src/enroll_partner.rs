//! A company asks for a partner account: `EnrollPartner`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Fault, Fields, Result};

use crate::PartnerRegistry;
use crate::enrolling::{self, Wanted};
use crate::mail;
use crate::partner::View;
use crate::profile::{Application, EXTERNAL_ID_CHARS_MAX};

/// Reads the request; the caller's tenant becomes the CSP tenant.
fn parse(call: &Call, request: &pb::EnrollPartnerRequest) -> Result<Wanted> {
    let mut fields = Fields::new();
    let id = fields.optional(&request.partner_id, |fields, value| fields.resource_id("partner_id", value));
    let external_id = fields.optional(&request.external_id, |fields, value| {
        fields.text("external_id", value, 1..=EXTERNAL_ID_CHARS_MAX)
    });
    let application = Application::read(&mut fields, request.enrollment.as_ref(), true);
    let tenant = call.tenant().ok_or_else(|| Fault::internal("an applicant without a tenant"))?.to_owned();
    fields.finish(|| {
        Some(Wanted { id: id?, external_id: external_id?, tenant, application: application?, recorded: None })
    })
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::EnrollPartnerRequest,
) -> Result<pb::EnrollPartnerResponse> {
    let wanted = parse(call, &request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || enroll(service, call, &wanted, &attempt)).await
}

async fn enroll(
    service: &PartnerRegistry,
    call: &Call,
    wanted: &Wanted,
    attempt: &Attempt,
) -> Result<pb::EnrollPartnerResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let allowed = enrolling::allow(service, call, attempt, wanted).await?;
    let partner = allowed.partner.clone();
    let mut response = pb::EnrollPartnerResponse {
        partner: Some(partner.render(View::Own, book.clock.today())),
        decision: Some(allowed.preview(service)),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let (decision, effects) = allowed.store(service, call, attempt, &mut tx).await?;
    mail::put_email_token(service, &mut tx, &partner);
    let decision_id = decision.decision_id.clone();
    response.decision = Some(decision);
    book.conclude(tx, call, attempt, Some(&decision_id), effects, &response).await?;
    Ok(response)
}
