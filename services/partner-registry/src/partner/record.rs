//! An operator records an account that was established outside the suite: `RecordPartner`.

use csp_policy::Day;
use csp_proto::partner_registry::v1::{self as pb, Standing};
use csp_service::{Call, Fields, Result};

use super::View;
use super::application::Application;
use super::enrollment::{self, Wanted};
use crate::PartnerRegistryService;

fn parse(call: &Call, request: &pb::RecordPartnerRequest, today: Day) -> Result<Wanted> {
    let mut fields = Fields::new();
    let id = fields.chosen_id("partner_id", &request.partner_id);
    let external_id = fields.external_id("external_id", &request.external_id);
    let application = Application::read(&mut fields, request.profile.as_ref(), false);
    let mpn_id = fields.optional(&request.mpn_id, |fields, value| fields.mpn_number("mpn_id", value));
    let tenant = application.as_ref().map(|application| application.tenant.id.clone());
    let tenant = tenant.and_then(|id| fields.required("profile.tenant.tenant_id", id.as_ref()).cloned());
    // A standing that is left out means ACTIVE.
    let standing = if request.standing == 0 {
        Some(Standing::Active)
    } else {
        fields.enum_value("standing", request.standing)
    };
    let evidence = fields.evidence(request.evidence.as_ref(), today);
    fields.finish(|| {
        Some(Wanted {
            id: id?,
            external_id: call.external_id(external_id?),
            tenant: tenant?,
            application: application?,
            mpn_id: mpn_id?,
            recorded: Some((standing?, evidence?)),
        })
    })
}

pub(crate) async fn record(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::RecordPartnerRequest,
) -> Result<pb::RecordPartnerResponse> {
    let wanted = parse(call, &request, service.book.clock.today())?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let allowed = enrollment::allow(service, &run, &wanted).await?;
        let partner = allowed.partner.clone();

        let mut write = run.write();
        let decision = Some(allowed.save(service, &mut write)?);
        let partner = Some(partner.render(View::Whole, service.book.clock.today(), &call.caller));
        write.conclude(pb::RecordPartnerResponse { partner, decision }).await
    })
    .await
}
