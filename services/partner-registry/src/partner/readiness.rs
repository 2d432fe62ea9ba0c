//! Which steps towards new business partners have done: `GetTransactReadiness`, `BatchGetTransactReadiness`
//! (rule AGR-04).

use csp_policy::{Enrollment, Standing};
use csp_proto::partner_registry::v1::{self as pb, ReadinessStep};
use csp_service::{Call, Fault, Fields, Result};
use csp_store::Connection;

use super::reference::Reference;
use super::status::{On, Status};
use super::{Partner, TYPE, fact};
use crate::PartnerRegistryService;
use crate::visibility::Viewer;

pub(crate) async fn get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::GetTransactReadinessRequest,
) -> Result<pb::GetTransactReadinessResponse> {
    let mut fields = Fields::new();
    let named = Reference::read(&mut fields, "partner", request.partner.as_ref());
    let on = On::read(&mut fields, &request.as_of_date, service.book.clock.today());
    let (named, on) = fields.finish(|| named.zip(on))?;
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let readiness = of(reader.conn(), &viewer, &named, on).await?;
    let readiness = readiness.ok_or_else(|| Fault::not_found(TYPE, named.told()))?;
    Ok(pb::GetTransactReadinessResponse { readiness: Some(readiness) })
}

/// Reads the readiness of several partners, and tells those that the caller does not see.
pub(crate) async fn batch_get(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::BatchGetTransactReadinessRequest,
) -> Result<pb::BatchGetTransactReadinessResponse> {
    let mut fields = Fields::new();
    let named = Reference::read_all(&mut fields, &request.partners);
    let on = On::read(&mut fields, &request.as_of_date, service.book.clock.today());
    let (named, on) = fields.finish(|| named.zip(on))?;
    let mut reader = service.book.store.read().await?;
    let viewer = Viewer::of(reader.conn(), call).await?;
    let mut response = pb::BatchGetTransactReadinessResponse::default();
    for (named, sent) in named.iter().zip(request.partners) {
        match of(reader.conn(), &viewer, named, on).await? {
            Some(readiness) => response.readiness.push(readiness),
            None => response.missing.push(sent),
        }
    }
    Ok(response)
}

/// The readiness of the partner on a day; `None` for a partner that the viewer does not see.
async fn of(
    conn: &mut Connection,
    viewer: &Viewer,
    named: &Reference,
    on: On,
) -> Result<Option<pb::TransactReadiness>> {
    match named.find(conn).await?.filter(|partner| viewer.sees(partner).is_some()) {
        Some(partner) => render(conn, &partner, on).await.map(Some),
        None => Ok(None),
    }
}

async fn render(conn: &mut Connection, partner: &Partner, on: On) -> Result<pb::TransactReadiness> {
    let status = partner.status_on(conn, on.past()).await?;
    let fact = fact::with_status(conn, partner, status, on.day).await?.partner;
    let steps = [
        (ReadinessStep::Onboarded, fact.onboarded),
        (ReadinessStep::Enrolled, fact.enrollment == Enrollment::Authorized),
        (ReadinessStep::AgreementSigned, fact.has_signed_by(on.day)),
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
        present: undated(on, status),
    })
}

/// The steps that the present state of the account answers for the day: always the onboarding, which has no
/// history, and the status before its first entry.
fn undated(on: On, status: Status) -> Vec<i32> {
    let of_status = [ReadinessStep::Enrolled, ReadinessStep::GoodStanding];
    let of_status = of_status.into_iter().filter(|_| !status.dated);
    let steps = std::iter::once(ReadinessStep::Onboarded).chain(of_status);
    steps.filter(|_| on.past().is_some()).map(Into::into).collect()
}
