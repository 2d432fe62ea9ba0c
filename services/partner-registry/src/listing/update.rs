//! An operator writes a provider's listing: `UpdateListing`.

use csp_policy::Act;
use csp_policy::boundaries;
use csp_proto::partner_registry::v1 as pb;
use csp_proto::r#type::v1::PartnerKind;
use csp_service::{Call, Effect, Fault, Fields, Result, etag};

use crate::PartnerRegistry;
use crate::listing::{Content, Listing};
use crate::names;
use crate::{read, store};

struct Command {
    name: String,
    partner: String,
    etag: String,
    content: Content,
}

impl TryFrom<&pb::UpdateListingRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::UpdateListingRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let sent = fields.required("listing", request.listing.as_ref());
        let partner = sent.and_then(|sent| names::read_listing(&mut fields, "listing.name", &sent.name));
        let content = sent.and_then(|sent| Content::read(&mut fields, sent));
        let etag = request.etag.clone();
        fields.finish(|| {
            let name = sent?.name.clone();
            Some(Command { name, partner: partner?, etag, content: content? })
        })
    }
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::UpdateListingRequest,
) -> Result<pb::UpdateListingResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let (today, now) = (service.book.clock.today(), service.book.now());
        let mut reader = service.book.store.read().await?;
        let provider = read::partner(reader.conn(), &command.partner).await?;
        let provider = provider.filter(|partner| partner.kind() == PartnerKind::IndirectProvider);
        let before =
            store::listing::of_partner(reader.conn(), names::id(&command.partner)).await?.map(Listing::from);
        drop(reader);
        let revision = before.as_ref().map_or(0, |listing| listing.row().revision);

        let facts = boundaries::UpdateListing {
            act: Act {
                day: today,
                subject: command.name.clone(),
                revisions: vec![read::revision(command.name.clone(), revision)],
            },
            caller: call.caller.clone(),
        };
        let permit = run.decide(facts)?;
        let provider = provider.ok_or_else(|| Fault::not_found("listing", &command.name))?;
        etag::check(&command.name, &command.etag, revision)?;
        let listing = match before.clone() {
            None => Listing::create(&provider.row().id, provider.country()?, command.content.clone(), now),
            Some(mut listing) => {
                listing.write(command.content.clone(), now);
                listing
            }
        };

        let mut write = run.write();
        let accepted = write.accept(permit, &command.name)?;
        store::listing::save(&mut write, &accepted, listing.row());
        let (revision, new) = (listing.row().revision, listing.render(today));
        write.tell(match &before {
            None => Effect::created(&command.name, revision, &new)?,
            Some(before) => Effect::changed(&command.name, revision, &before.render(today), &new)?,
        });
        let decision = Some(accepted.decision());
        write.conclude(pb::UpdateListingResponse { listing: Some(new), decision }).await
    })
    .await
}
