//! A global admin signs the partner agreement: `SignPartnerAgreement`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Fields, Result};

use crate::PartnerRegistry;
use crate::agreement::signature::{self, Allowed, Signature};

fn parse(request: &pb::SignPartnerAgreementRequest) -> Result<Signature> {
    let mut fields = Fields::new();
    let signature =
        signature::read_signature(&mut fields, &request.partner, &request.agreement_version, &request.signer);
    if !request.accept {
        fields.refuse("accept", "must be true: the signer accepts the agreement");
    }
    fields.finish(|| signature)
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::SignPartnerAgreementRequest,
) -> Result<pb::SignPartnerAgreementResponse> {
    let signature = parse(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || sign(service, call, &signature, &attempt)).await
}

async fn sign(
    service: &PartnerRegistry,
    call: &Call,
    signature: &Signature,
    attempt: &Attempt,
) -> Result<pb::SignPartnerAgreementResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let response = |agreement: pb::PartnerAgreement, decision| pb::SignPartnerAgreementResponse {
        agreement: Some(agreement),
        decision: Some(decision),
    };
    let (unstored, permit) = match signature::allow(service, call, attempt, signature, None).await? {
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
