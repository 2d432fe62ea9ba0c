//! A company asks for a partner account: `EnrollPartner`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Result};

use crate::PartnerRegistry;
use crate::partner::View;
use crate::partner::application::{Application, EXTERNAL_ID_CHARS_MAX};
use crate::partner::enrollment::{self, Wanted};
use crate::partner::mail;

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
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let allowed = enrollment::allow(service, &run, &wanted).await?;
        let partner = allowed.partner.clone();

        let mut write = run.write();
        let decision = Some(allowed.store(service, &mut write)?);
        mail::put_email_token(service, &mut write, &partner);
        let partner = Some(partner.render(View::Own, service.book.clock.today()));
        write.conclude(pb::EnrollPartnerResponse { partner, decision }).await
    })
    .await
}
