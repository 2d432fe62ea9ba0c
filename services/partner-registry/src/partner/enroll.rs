//! A company applies for a partner account: `EnrollPartner`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Result};

use super::application::Application;
use super::enrollment::{self, Wanted};
use super::{View, mail};
use crate::PartnerRegistryService;

/// Reads the request; the caller's tenant becomes the CSP tenant.
fn parse(call: &Call, request: &pb::EnrollPartnerRequest) -> Result<Wanted> {
    let tenant = call.tenant().ok_or_else(|| Fault::internal("an applicant without a tenant"))?;
    let mut fields = Fields::new();
    let id = fields.chosen_id("partner_id", &request.partner_id);
    let external_id = fields.external_id("external_id", &request.external_id);
    let application = Application::read(&mut fields, request.profile.as_ref(), true);
    let mpn_id = fields.optional(&request.mpn_id, |fields, value| fields.mpn_number("mpn_id", value));
    let named = application.as_ref().and_then(|application| application.tenant.id.as_ref());
    if let Some(named) = named.filter(|named| *named != tenant) {
        let must = format!("must be empty or your own tenant `{tenant}`, was `{named}`");
        fields.refuse("profile.tenant.tenant_id", must);
    }
    fields.finish(|| {
        Some(Wanted {
            id: id?,
            external_id: call.external_id(external_id?),
            tenant: tenant.to_owned(),
            application: application?,
            mpn_id: mpn_id?,
            recorded: None,
        })
    })
}

pub(crate) async fn enroll(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::EnrollPartnerRequest,
) -> Result<pb::EnrollPartnerResponse> {
    let wanted = parse(call, &request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let allowed = enrollment::allow(service, &run, &wanted).await?;
        let partner = allowed.partner.clone();

        let mut write = run.write();
        let decision = Some(allowed.save(service, &mut write)?);
        mail::put_email_token(service, &mut write, &partner);
        let partner = Some(partner.render(View::Own, service.book.clock.today(), &call.caller));
        write.conclude(pb::EnrollPartnerResponse { partner, decision }).await
    })
    .await
}
