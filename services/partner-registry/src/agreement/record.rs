//! An operator records a signature that was given elsewhere: `RecordPartnerAgreement`.

use csp_policy::Day;
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Fields, Result};

use crate::PartnerRegistry;
use crate::agreement::signature::{self, Allowed, Signature};
use crate::evidence::{self, Recorded};

fn parse(request: &pb::RecordPartnerAgreementRequest, today: Day) -> Result<(Signature, Recorded)> {
    let mut fields = Fields::new();
    let signature =
        signature::read_signature(&mut fields, &request.partner, &request.agreement_version, &request.signer);
    let recorded = evidence::read(&mut fields, request.evidence.as_ref(), today);
    fields.finish(|| signature.zip(recorded))
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::RecordPartnerAgreementRequest,
) -> Result<pb::RecordPartnerAgreementResponse> {
    let command = parse(&request, service.book.clock.today())?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || record(service, call, &command, &attempt)).await
}

async fn record(
    service: &PartnerRegistry,
    call: &Call,
    (signature, recorded): &(Signature, Recorded),
    attempt: &Attempt,
) -> Result<pb::RecordPartnerAgreementResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let response = |agreement: pb::PartnerAgreement, decision| pb::RecordPartnerAgreementResponse {
        agreement: Some(agreement),
        decision: Some(decision),
    };
    let evidence = Some((recorded.day, recorded.evidence.clone()));
    let (unstored, permit) = match signature::allow(service, call, attempt, signature, evidence).await? {
        Allowed::Signed(agreement, decision) => return Ok(response(agreement.render(), decision)),
        Allowed::Unstored(unstored, permit) => (unstored, permit),
    };
    if attempt.validates_only() {
        return Ok(response(unstored.agreement.render(), book.preview(&permit)));
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let (decision, effects) = signature::store(service, call, attempt, &mut tx, &unstored, permit).await?;
    let decision_id = decision.decision_id.clone();
    let response = response(unstored.agreement.render(), decision);
    book.conclude(tx, call, attempt, Some(&decision_id), effects, &response).await?;
    Ok(response)
}
