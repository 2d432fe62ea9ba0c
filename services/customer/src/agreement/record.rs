//! An operator records an acceptance that was given outside the suite: `RecordCustomerAgreement`.

use csp_policy::boundaries::ConfirmCustomerAgreement;
use csp_policy::{Act, Day};
use csp_proto::customer::v1 as pb;
use csp_service::{Call, Detail, Evidence, Fields, Result};
use jiff::Timestamp;

use super::{Attestation, SINGLETON, Source, read, table};
use crate::CustomerService;
use crate::customer::{self, COLLECTION, Customer};

/// The request, well formed.
struct Command {
    customer: String,
    attestation: Attestation,
    evidence: Evidence,
}

impl Command {
    fn read(request: &pb::RecordCustomerAgreementRequest, today: Day) -> Result<Self> {
        let mut fields = Fields::new();
        let customer = fields.singleton("name", &request.name, COLLECTION, SINGLETON);
        let signer = fields.contact("signer", &request.signer.clone().unwrap_or_default(), Detail::AsGiven);
        let evidence = fields.evidence(request.evidence.as_ref(), today);
        fields.finish(|| {
            let evidence = evidence?;
            let attestation = Attestation { signer: signer?, accept_date: evidence.day };
            Some(Command { customer: customer?, attestation, evidence })
        })
    }
}

pub(crate) async fn record(
    service: &CustomerService,
    call: &Call,
    request: pb::RecordCustomerAgreementRequest,
) -> Result<pb::RecordCustomerAgreementResponse> {
    let command = Command::read(&request, service.book.clock.today())?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let customer = customer::visible(service, call, &command.customer).await?.customer;
        let before = read::of(service, &customer).await?;
        let permit = run.decide(gather(&command, &customer, now))?;
        let source = Source::Recorded(command.evidence.source.clone());
        let mut agreement = before.clone();
        agreement.accept(source, &command.attestation, now)?;

        let mut write = run.write();
        let accepted = write.accept(permit, &agreement.name())?;
        table::confirm(&mut write, agreement.row(), &accepted);
        write.tell(agreement.effect(&before)?);
        let (agreement, decision) = (Some(agreement.whole()), Some(accepted.decision()));
        write.conclude(pb::RecordCustomerAgreementResponse { agreement, decision }).await
    })
    .await
}

fn gather(command: &Command, customer: &Customer, now: Timestamp) -> ConfirmCustomerAgreement {
    ConfirmCustomerAgreement {
        act: Act {
            at: now,
            day: command.evidence.day,
            subject: super::name(&customer.name()),
            revisions: vec![customer.revision()],
        },
        customer: customer.name(),
        attester: None,
        signed_on: command.attestation.accept_date,
        latest_day: command.evidence.day,
    }
}
