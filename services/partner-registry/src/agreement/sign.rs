//! A global admin signs the partner agreement: `SignPartnerAgreement`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fields, Result, attests};

use super::signature::{self, Signature};
use crate::PartnerRegistryService;

fn parse(request: &pb::SignPartnerAgreementRequest) -> Result<Signature> {
    let mut fields = Fields::new();
    let version = request.acceptance.as_ref().map_or("", |acceptance| &acceptance.text_version);
    let version = ("acceptance.text_version", version);
    let signature = signature::parse(&mut fields, &request.name, version, &request.signer_name);
    if !attests(request.acceptance.as_ref()) {
        fields.refuse("acceptance.attested", "must be true: the signer accepts the agreement");
    }
    fields.finish(|| signature)
}

pub(crate) async fn sign(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::SignPartnerAgreementRequest,
) -> Result<pb::SignPartnerAgreementResponse> {
    let signature = parse(&request)?;
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
            return write.leave_unchanged(pb::SignPartnerAgreementResponse { agreement, decision }).await;
        }
        let unstored = known.draft(&signature, now)?;
        let accepted = write.accept(permit, &unstored.agreement.name())?;
        unstored.save(&mut write, &accepted)?;
        let (agreement, decision) = (Some(unstored.agreement.render()), Some(accepted.decision()));
        write.conclude(pb::SignPartnerAgreementResponse { agreement, decision }).await
    })
    .await
}
