//! The transacting partner, or the customer itself, states that the customer accepted its agreement:
//! `ConfirmCustomerAgreement`.

use csp_policy::boundaries::ConfirmCustomerAgreement;
use csp_policy::{Act, Attester, Party, Permit, Revision, decide};
use csp_proto::customer::v1 as pb;
use csp_proto::policy::v1::Decision;
use csp_service::peers::Query;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result};

use crate::CustomerService;
use crate::agreement::{self, Agreement, Attestation, KIND, Source};
use crate::customer::visibility::{self, Seen};
use crate::customer::{COLLECTION, Customer};

/// The statement, well formed.
struct Command {
    customer: String,
    attestation: Attestation,
}

pub(crate) async fn confirm_customer_agreement(
    service: &CustomerService,
    call: &Call,
    request: pb::ConfirmCustomerAgreementRequest,
) -> Result<pb::ConfirmCustomerAgreementResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("customer", &request.customer, COLLECTION);
    let attestation = Attestation::read(&mut fields, "attestation", request.attestation.as_ref());
    let command = fields.finish(|| Some(Command { customer: customer?, attestation: attestation? }))?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &attempt)).await
}

async fn run(
    service: &CustomerService,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::ConfirmCustomerAgreementResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let seen = visibility::see(service, call, &command.customer).await?;
    must_not_be_confirmed(service, &seen.customer).await?;
    let day = book.clock.today();
    let id = book.next_id();
    let name = agreement::name(&id);
    let (attester, mut revisions) = attester(service, call, command, attempt, &seen, &name).await?;
    revisions.extend(seen.viewer.revisions());
    revisions.push(Revision { resource: seen.customer.name(), revision: seen.customer.row().revision });
    let source = match &attester {
        Some(attester) => Source::Attested(attester.partner.name.clone()),
        None => Source::Accepted,
    };
    let facts = ConfirmCustomerAgreement {
        act: Act { day, subject: name, revisions },
        customer: seen.customer.name(),
        attester,
        signed_on: command.attestation.accept_date,
    };
    let permit = decide(facts).map_err(|decision| book.refuse(call, attempt, decision))?;
    let agreement = Agreement::confirm(id, &seen.customer, source, &command.attestation, book.now());
    save(service, call, attempt, permit, &agreement, |agreement, decision| {
        pb::ConfirmCustomerAgreementResponse { agreement: Some(agreement), decision: Some(decision) }
    })
    .await
}

/// The partner that attests; `None` when the customer accepts itself.
async fn attester(
    service: &CustomerService,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
    seen: &Seen,
    subject: &str,
) -> Result<(Option<Attester>, Vec<Revision>)> {
    let Party::Partner { tenant } = &call.caller.party else {
        return Ok((None, Vec::new()));
    };
    let query = Query { tenants: vec![tenant.clone()], ..Query::default() };
    let facts = service.registry.facts(call, service.book.clock.today(), query).await?;
    let partner = facts.partner_of_tenant(tenant).cloned();
    let partner =
        partner.ok_or_else(|| service.refuse_outsider::<ConfirmCustomerAgreement>(call, attempt, subject))?;
    let attester = Attester {
        partner,
        transacts: seen.viewer.serves(),
        signer_name: command.attestation.signer_name(),
        signer_email: command.attestation.signer.email.clone(),
    };
    Ok((Some(attester), facts.revisions()))
}

/// The first confirmation stands.
pub(crate) async fn must_not_be_confirmed(service: &CustomerService, customer: &Customer) -> Result<()> {
    let mut reader = service.book.store.read_once().await?;
    let first =
        crate::agreement::table::of_customer(&mut reader, &customer.row().id).await?.map(Agreement::from);
    match first {
        Some(first) => Err(Fault::AlreadyExists { resource_type: KIND, name: first.name() }),
        None => Ok(()),
    }
}

/// Saves the acceptance, unless the attempt only validates, and answers with it.
pub(crate) async fn save<R: prost::Message>(
    service: &CustomerService,
    call: &Call,
    attempt: &Attempt,
    permit: Permit<ConfirmCustomerAgreement>,
    agreement: &Agreement,
    answer: impl FnOnce(pb::CustomerAgreement, Decision) -> R,
) -> Result<R> {
    let book = &service.book;
    let shown = agreement.render();
    if attempt.validates_only() {
        return Ok(answer(shown, book.preview(&permit)));
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let allowed = book.accept(&mut tx, call, attempt, permit, &agreement.name())?;
    crate::agreement::table::confirm(&mut tx, &allowed, agreement.row());
    let effect = Effect::created(&agreement.name(), 1, &shown)?;
    let response = answer(shown, allowed.decision());
    book.conclude(tx, call, attempt, Some(allowed.decision_id()), vec![effect], &response).await?;
    Ok(response)
}
