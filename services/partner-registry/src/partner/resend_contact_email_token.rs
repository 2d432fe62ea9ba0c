//! Mails a new token to the primary contact: `ResendContactEmailToken`. No programme rule applies.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Result, etag};

use super::read::{self, Visible};
use super::{mail, table};
use crate::PartnerRegistryService;

pub(crate) async fn resend_contact_email_token(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::ResendContactEmailTokenRequest,
) -> Result<pb::ResendContactEmailTokenResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let today = service.book.clock.today();
        let Visible { partner: before, view, .. } =
            read::own(service.book.store.read().await?.conn(), call, &name).await?;
        etag::check(&name, &request.etag, before.row().revision)?;
        let mut partner = before.clone();
        partner.resend_email_token(service.book.now())?;

        let mut write = run.write();
        table::save_unguarded(&mut write, partner.row());
        mail::put_email_token(service, &mut write, &partner);
        write.tell(partner.effect(&before, today)?);
        // The response omits an address that the caller does not see yet.
        let shown = partner.render(view, today, &call.caller);
        let contact = shown.profile.and_then(|profile| profile.primary_contact);
        let email = contact.map(|contact| contact.email).unwrap_or_default();
        write.conclude(pb::ResendContactEmailTokenResponse { email }).await
    })
    .await
}
