//! The primary contact proves the e-mail address: `VerifyContactEmail`.

use csp_policy::Act;
use csp_policy::boundaries::VerifyContactEmail;
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Result, wire};

use super::mail::{self, EMAIL_TOKEN_PURPOSE};
use super::{COLLECTION, Partner, read, table};
use crate::{PartnerRegistryService, resource_name};

const TOKEN_CHARS_MAX: usize = 256;

pub(crate) async fn verify_contact_email(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::VerifyContactEmailRequest,
) -> Result<pb::VerifyContactEmailResponse> {
    let token = Fields::only(|fields| fields.text("token", &request.token, 1..=TOKEN_CHARS_MAX))?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let today = wire::day_of(now);
        let (before, generation) = mailed_to(service, &token).await?;
        let name = before.name();
        let permit = run.decide(VerifyContactEmail {
            act: Act { at: now, day: today, subject: name.clone(), revisions: vec![before.revision()] },
            token: before.email_token(generation),
        })?;
        let mut partner = before.clone();
        partner.prove_email(now);

        let mut write = run.write();
        let accepted = write.accept(permit, &name)?;
        table::save_proof(&mut write, partner.row(), &accepted);
        if partner.review_step() != before.review_step() {
            mail::put_status(service, &mut write, &partner);
        }
        write.tell(partner.effect(&before, today)?);
        let decision = Some(accepted.decision());
        write.conclude(pb::VerifyContactEmailResponse { partner: name, decision }).await
    })
    .await
}

/// The account whose contact got the token by mail, and the token's generation.
async fn mailed_to(service: &PartnerRegistryService, token: &str) -> Result<(Partner, i64)> {
    // The fault does not repeat the token, because the token is a secret.
    let unknown = || Fault::not_found("account", "of this token");
    let (id, generation) = service.links.verify(EMAIL_TOKEN_PURPOSE, token).ok_or_else(unknown)?;
    let name = resource_name::of(COLLECTION, &id);
    let partner = read::by_name(service.book.store.read().await?.conn(), &name).await?;
    Ok((partner.ok_or_else(unknown)?, generation))
}
