//! An operator records a signature that was given outside the suite: `RecordPartnerAgreement`.

use csp_policy::Day;
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fields, Result};

use super::signature::{self, Signature};
use crate::PartnerRegistryService;

fn parse(request: &pb::RecordPartnerAgreementRequest, today: Day) -> Result<Signature> {
    let mut fields = Fields::new();
    let version = ("text_version", request.text_version.as_str());
    let signature = signature::parse(&mut fields, &request.name, version, &request.signer_name);
    let evidence = fields.evidence(request.evidence.as_ref(), today);
    fields.finish(|| Some(Signature { evidence: Some(evidence?), ..signature? }))
}

pub(crate) async fn record(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::RecordPartnerAgreementRequest,
) -> Result<pb::RecordPartnerAgreementResponse> {
    let signature = parse(&request, service.book.clock.today())?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let (facts, known) = signature::gather(service, call, &signature, now).await?;
        let permit = run.decide(facts)?;
        known.must_have_etag(&request.name, &request.etag)?;
        let mut write = run.write();
        if let Some(present) = &known.present {
            let accepted = write.accept(permit, &present.name())?;
            let (agreement, decision) = (Some(present.render()), Some(accepted.decision()));
            return write.leave_unchanged(pb::RecordPartnerAgreementResponse { agreement, decision }).await;
        }
        let unstored = known.draft(&signature, now)?;
        let accepted = write.accept(permit, &unstored.agreement.name())?;
        unstored.save(&mut write, &accepted)?;
        let (agreement, decision) = (Some(unstored.agreement.render()), Some(accepted.decision()));
        write.conclude(pb::RecordPartnerAgreementResponse { agreement, decision }).await
    })
    .await
}
