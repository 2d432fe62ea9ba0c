//! Which steps towards new business a partner has done: `GetTransactReadiness` (rule AGR-04).

use csp_policy::{Enrollment, Standing};
use csp_proto::partner_registry::v1::{self as pb, ReadinessStep};
use csp_service::{Call, Result};

use super::{fact, read};
use crate::PartnerRegistryService;

pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetTransactReadinessRequest,
) -> Result<pb::GetTransactReadinessResponse> {
    let name = read::name(&request.name)?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let partner = read::visible(reader.conn(), call, &name).await?.partner;
    let fact = fact::read(reader.conn(), &partner, today).await?.partner;

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
