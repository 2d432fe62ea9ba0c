//! The transacting partner, or the customer itself, states that the customer accepted its agreement:
//! `ConfirmCustomerAgreement`.

use csp_policy::boundaries::ConfirmCustomerAgreement;
use csp_policy::{Act, Attester, Party};
use csp_proto::customer::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Call, Fault, Fields, Result, Run, wire};
use jiff::Timestamp;

use super::{Attestation, SINGLETON, Source, latest_day, read, table};
use crate::CustomerService;
use crate::customer::{self, COLLECTION, Seen};

/// The request, well formed.
struct Command {
    customer: String,
    attestation: Attestation,
}

impl TryFrom<&pb::ConfirmCustomerAgreementRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::ConfirmCustomerAgreementRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let customer = fields.singleton("name", &request.name, COLLECTION, SINGLETON);
        let attestation = Attestation::read(&mut fields, "attestation", request.attestation.as_ref());
        fields.finish(|| Some(Command { customer: customer?, attestation: attestation? }))
    }
}

pub(crate) async fn confirm(
    service: &CustomerService,
    call: &Call,
    request: pb::ConfirmCustomerAgreementRequest,
) -> Result<pb::ConfirmCustomerAgreementResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let seen = customer::visible(service, call, &command.customer).await?;
        let before = read::of(service, &seen.customer).await?;
        let permit = run.decide(gather(service, call, &run, &command, &seen, now).await?)?;
        let source = match &permit.facts().attester {
            Some(attester) => Source::Attested(attester.partner.name.clone()),
            None => Source::Accepted,
        };
        let mut agreement = before.clone();
        agreement.accept(source, &command.attestation, now)?;

        let mut write = run.write();
        let accepted = write.accept(permit, &agreement.name())?;
        table::confirm(&mut write, agreement.row(), &accepted);
        write.tell(agreement.effect(&before)?);
        let agreement = read::reader(&seen.role).and_then(|reader| agreement.render(&reader));
        let decision = Some(accepted.decision());
        write.conclude(pb::ConfirmCustomerAgreementResponse { agreement, decision }).await
    })
    .await
}

async fn gather(
    service: &CustomerService,
    call: &Call,
    run: &Run<'_, pb::ConfirmCustomerAgreementRequest>,
    command: &Command,
    seen: &Seen,
    now: Timestamp,
) -> Result<ConfirmCustomerAgreement> {
    let (day, subject) = (wire::day_of(now), super::name(&command.customer));
    let mut revisions = Vec::new();
    // The partner that attests; `None` when the customer itself accepts.
    let mut attester = None;
    if let Party::Partner { tenant } = &call.caller.party {
        let query = Query { tenants: vec![tenant.clone()], ..Query::default() };
        let facts = service.registry.facts(call, day, query).await?;
        revisions.extend(facts.revisions());
        attester = Some(Attester {
            partner: run.acting(&facts, now, &subject)?,
            transacts: seen.role.serves(),
            signer_name: command.attestation.signer_name(),
            signer_email: command.attestation.signer.email.clone(),
        });
    }
    revisions.extend(seen.role.revisions());
    revisions.push(seen.customer.revision());
    Ok(ConfirmCustomerAgreement {
        act: Act { at: now, day, subject, revisions },
        customer: seen.customer.name(),
        attester,
        signed_on: command.attestation.accept_date,
        latest_day: latest_day(now),
    })
}
