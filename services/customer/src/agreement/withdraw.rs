//! An operator withdraws an acceptance that was refuted: `WithdrawCustomerAgreement`.

use csp_policy::Day;
use csp_proto::customer::v1 as pb;
use csp_service::{Call, Evidence, Fields, Result, etag};

use super::{SINGLETON, read, table};
use crate::CustomerService;
use crate::customer::{self, COLLECTION};

/// Maximum length of the reason, in characters.
const REASON_CHARS_MAX: usize = 500;

/// The request, well formed.
struct Command {
    customer: String,
    etag: String,
    /// Resource name of the partner whose attestation is refuted; empty for the acceptance that no partner
    /// attested.
    attester: String,
    reason: String,
    evidence: Evidence,
}

impl Command {
    fn read(request: &pb::WithdrawCustomerAgreementRequest, today: Day) -> Result<Self> {
        let mut fields = Fields::new();
        let customer = fields.singleton("name", &request.name, COLLECTION, SINGLETON);
        let attester = fields.optional_name("attester", &request.attester, "partners");
        let reason = fields.text("reason", &request.reason, 1..=REASON_CHARS_MAX);
        let evidence = fields.evidence(request.evidence.as_ref(), today);
        fields.finish(|| {
            Some(Command {
                customer: customer?,
                etag: request.etag.clone(),
                attester: attester?.unwrap_or_default(),
                reason: reason?,
                evidence: evidence?,
            })
        })
    }
}

pub(crate) async fn withdraw(
    service: &CustomerService,
    call: &Call,
    request: pb::WithdrawCustomerAgreementRequest,
) -> Result<pb::WithdrawCustomerAgreementResponse> {
    let command = Command::read(&request, service.book.clock.today())?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let seen = customer::visible(service, call, &command.customer).await?;
        let before = read::of(service, &seen.customer).await?;
        etag::check(&request.name, &command.etag, before.row().revision)?;
        let mut agreement = before.clone();
        let Command { attester, reason, evidence, .. } = &command;
        agreement.withdraw(attester, reason, &evidence.render(), service.book.now())?;

        let mut write = run.write();
        table::save(&mut write, agreement.row());
        write.tell(agreement.effect(&before)?);
        write.conclude(pb::WithdrawCustomerAgreementResponse { agreement: Some(agreement.whole()) }).await
    })
    .await
}
