//! An operator records an acceptance that was given elsewhere: `RecordCustomerAgreement`.

use csp_policy::boundaries::ConfirmCustomerAgreement;
use csp_policy::{Act, Revision, decide};
use csp_proto::customer::v1 as pb;
use csp_service::{Attempt, Call, Fields, Result};

use crate::CustomerService;
use crate::agreement::confirm::{must_not_be_confirmed, save};
use crate::agreement::{self, Agreement, Attestation, Source};
use crate::customer::COLLECTION;
use crate::customer::visibility;
use crate::parts::{self, Evidence};

/// The record, well formed.
struct Command {
    customer: String,
    attestation: Attestation,
    evidence: Evidence,
}

pub(crate) async fn record_customer_agreement(
    service: &CustomerService,
    call: &Call,
    request: pb::RecordCustomerAgreementRequest,
) -> Result<pb::RecordCustomerAgreementResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("customer", &request.customer, COLLECTION);
    let signer = parts::contact(&mut fields, "signer", &request.signer.clone().unwrap_or_default());
    let evidence = parts::evidence(&mut fields, request.evidence.as_ref(), service.book.clock.today());
    let command = fields.finish(|| {
        let evidence = evidence?;
        let attestation = Attestation { signer: signer?, accept_date: evidence.day };
        Some(Command { customer: customer?, attestation, evidence })
    })?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &CustomerService,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::RecordCustomerAgreementResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let customer = visibility::see(service, call, &command.customer).await?.customer;
    must_not_be_confirmed(service, &customer).await?;
    let id = book.next_id();
    let facts = ConfirmCustomerAgreement {
        act: Act {
            day: command.evidence.day,
            subject: agreement::name(&id),
            revisions: vec![Revision { resource: customer.name(), revision: customer.row().revision }],
        },
        customer: customer.name(),
        attester: None,
        signed_on: command.attestation.accept_date,
    };
    let permit = decide(facts).map_err(|decision| book.refuse(call, attempt, decision))?;
    let source = Source::Recorded(command.evidence.source.clone());
    let agreement = Agreement::confirm(id, &customer, source, &command.attestation, book.now());
    save(service, call, attempt, permit, &agreement, |agreement, decision| {
        pb::RecordCustomerAgreementResponse { agreement: Some(agreement), decision: Some(decision) }
    })
    .await
}
