//! Which steps towards new business are done: `GetTransactReadiness` (rule AGR-04).

use csp_policy::{Enrollment, Standing};
use csp_proto::partner_registry::v1::{self as pb, ReadinessStep};
use csp_service::{Call, Fields, Result};

use crate::PartnerRegistry;
use crate::names::PARTNERS;
use crate::{read, visibility};

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::GetTransactReadinessRequest,
) -> Result<pb::GetTransactReadinessResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, PARTNERS);
    let name = fields.finish(|| name)?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let partner = visibility::seen(reader.conn(), call, &name).await?.partner;
    let fact = read::fact(reader.conn(), &partner, today).await?.partner;

    let steps = [
        (ReadinessStep::Onboarded, fact.onboarded),
        (ReadinessStep::Enrolled, fact.enrollment == Enrollment::Authorized),
        (ReadinessStep::AgreementSigned, fact.has_signed_by(today)),
        (ReadinessStep::GoodStanding, fact.standing == Standing::Active),
    ];
    let (done, missing): (Vec<_>, Vec<_>) = steps.into_iter().partition(|(_, is_done)| *is_done);
    let numbers =
        |steps: Vec<(ReadinessStep, bool)>| steps.into_iter().map(|(step, _)| step.into()).collect();
    Ok(pb::GetTransactReadinessResponse {
        name,
        ready: missing.is_empty(),
        done: numbers(done),
        missing: numbers(missing),
    })
}
