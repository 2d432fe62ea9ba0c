//! Which steps towards new business partners have done: `GetTransactReadiness`, `BatchGetTransactReadiness`
//! (rule AGR-04).

use csp_policy::{Day, Enrollment, Standing};
use csp_proto::partner_registry::v1::{self as pb, ReadinessStep};
use csp_service::{Call, Fault, Fields, Result};
use csp_store::Connection;

use super::reference::Reference;
use super::{Partner, TYPE, fact};
use crate::PartnerRegistryService;
use crate::visibility::Viewer;

pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetTransactReadinessRequest,
) -> Result<pb::GetTransactReadinessResponse> {
    let named = Fields::only(|fields| Reference::read(fields, "partner", request.partner.as_ref()))?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let readiness = of(reader.conn(), &viewer, &named, today).await?;
    let readiness = readiness.ok_or_else(|| Fault::not_found(TYPE, named.told()))?;
    Ok(pb::GetTransactReadinessResponse { readiness: Some(readiness) })
}

/// Reads the readiness of several partners, and tells those that the caller does not see.
pub(crate) async fn batch_get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::BatchGetTransactReadinessRequest,
) -> Result<pb::BatchGetTransactReadinessResponse> {
    let named = Reference::read_all(&request.partners)?;
    let today = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let mut response = pb::BatchGetTransactReadinessResponse::default();
    for (named, sent) in named.iter().zip(request.partners) {
        match of(reader.conn(), &viewer, named, today).await? {
            Some(readiness) => response.readiness.push(readiness),
            None => response.missing.push(sent),
        }
    }
    Ok(response)
}

/// The readiness of the partner on the day; `None` for a partner that the viewer does not see.
async fn of(
    conn: &mut Connection,
    viewer: &Viewer,
    named: &Reference,
    day: Day,
) -> Result<Option<pb::TransactReadiness>> {
    match named.find(conn).await?.filter(|partner| viewer.sees(partner).is_some()) {
        Some(partner) => render(conn, &partner, day).await.map(Some),
        None => Ok(None),
    }
}

async fn render(conn: &mut Connection, partner: &Partner, day: Day) -> Result<pb::TransactReadiness> {
    let fact = fact::read(conn, partner, day).await?.partner;
    let steps = [
        (ReadinessStep::Onboarded, fact.onboarded),
        (ReadinessStep::Enrolled, fact.enrollment == Enrollment::Authorized),
        (ReadinessStep::AgreementSigned, fact.has_signed_by(day)),
        (ReadinessStep::GoodStanding, fact.standing == Standing::Active),
    ];
    let (done, missing): (Vec<_>, Vec<_>) = steps.into_iter().partition(|(_, is_done)| *is_done);
    let numbers =
        |steps: Vec<(ReadinessStep, bool)>| steps.into_iter().map(|(step, _)| step.into()).collect();
    Ok(pb::TransactReadiness {
        partner: partner.name(),
        ready: missing.is_empty(),
        done: numbers(done),
        missing: numbers(missing),
    })
}
