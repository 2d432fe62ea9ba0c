//! An operator records an account that was established elsewhere: `RecordPartner`.

use csp_policy::Day;
use csp_proto::partner_registry::v1::{self as pb, Standing};
use csp_service::{Attempt, Call, Fields, Result};

use crate::PartnerRegistry;
use crate::enrolling::{self, Wanted};
use crate::evidence;
use crate::partner::View;
use crate::profile::{Application, EXTERNAL_ID_CHARS_MAX};

fn parse(request: &pb::RecordPartnerRequest, today: Day) -> Result<Wanted> {
    let mut fields = Fields::new();
    let id = fields.optional(&request.partner_id, |fields, value| fields.resource_id("partner_id", value));
    let external_id = fields.optional(&request.external_id, |fields, value| {
        fields.text("external_id", value, 1..=EXTERNAL_ID_CHARS_MAX)
    });
    let tenant = fields.tenant("tenant", &request.tenant);
    let application = Application::read(&mut fields, request.enrollment.as_ref(), false);
    // A standing that is left out is a good one.
    let standing = if request.standing == 0 {
        Some(Standing::Active)
    } else {
        fields.enum_value("standing", request.standing)
    };
    let recorded = evidence::read(&mut fields, request.evidence.as_ref(), today);
    fields.finish(|| {
        Some(Wanted {
            id: id?,
            external_id: external_id?,
            tenant: tenant?,
            application: application?,
            recorded: Some((standing?, recorded?)),
        })
    })
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::RecordPartnerRequest,
) -> Result<pb::RecordPartnerResponse> {
    let wanted = parse(&request, service.book.clock.today())?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || record(service, call, &wanted, &attempt)).await
}

async fn record(
    service: &PartnerRegistry,
    call: &Call,
    wanted: &Wanted,
    attempt: &Attempt,
) -> Result<pb::RecordPartnerResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let allowed = enrolling::allow(service, call, attempt, wanted).await?;
    let mut response = pb::RecordPartnerResponse {
        partner: Some(allowed.partner.render(View::Whole, book.clock.today())),
        decision: Some(allowed.preview(service)),
    };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let (decision, effects) = allowed.store(service, call, attempt, &mut tx).await?;
    let decision_id = decision.decision_id.clone();
    response.decision = Some(decision);
    book.conclude(tx, call, attempt, Some(&decision_id), effects, &response).await?;
    Ok(response)
}
