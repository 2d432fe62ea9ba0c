//! An operator changes a provider's listing: `UpdateListing`.

use csp_policy::boundaries::UpdateListing;
use csp_policy::{Act, Revision};
use csp_proto::partner_registry::v1 as pb;
use csp_proto::r#type::v1::PartnerKind;
use csp_service::wire;
use csp_service::{Call, Fault, Fields, Result, etag};

use super::{Changes, Listing, TYPE, read_name, table};
use crate::PartnerRegistryService;
use crate::partner::{self, Partner};

/// Maximum number of paths in an update mask; five paths exist.
const MASK_PATHS_MAX: usize = 16;

struct Command {
    name: String,
    partner: String,
    etag: String,
    changes: Changes,
}

impl TryFrom<&pb::UpdateListingRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::UpdateListingRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let sent = fields.required("listing", request.listing.as_ref());
        let partner = sent.and_then(|sent| read_name(&mut fields, "listing.name", &sent.name));
        let paths = request.update_mask.as_ref().map_or(&[][..], |mask| &mask.paths);
        fields.number("update_mask.paths", paths.len(), 1..=MASK_PATHS_MAX);
        let mut changes = Changes::default();
        if let Some(sent) = sent {
            for path in paths.iter().take(MASK_PATHS_MAX) {
                changes.read(&mut fields, path, sent);
            }
        }
        let etag = request.etag.clone();
        fields.finish(|| {
            let name = sent?.name.clone();
            Some(Command { name, partner: partner?, etag, changes })
        })
    }
}

pub(crate) async fn update(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::UpdateListingRequest,
) -> Result<pb::UpdateListingResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let today = wire::day_of(now);
        let (provider, before) = present(service, &command).await?;
        let revision = before.as_ref().map_or(0, |listing| listing.row().revision);
        let permit = run.decide(UpdateListing {
            act: Act {
                at: now,
                day: today,
                subject: command.name.clone(),
                revisions: vec![Revision::undated(&command.name, revision)],
            },
            caller: call.caller.clone(),
        })?;
        let provider = provider.ok_or_else(|| Fault::not_found(TYPE, &command.name))?;
        etag::check(&command.name, &command.etag, revision)?;
        let changes = command.changes.clone();
        let listing = match before.clone() {
            None if changes.display_name.is_none() => {
                let must = "must contain `display_name`: the provider has no listing yet";
                return Err(Fault::field("update_mask.paths", must));
            }
            None => Listing::create(&provider.row().id, provider.country(), changes, now),
            Some(mut listing) => {
                listing.change(changes, now);
                listing
            }
        };

        let mut write = run.write();
        let accepted = write.accept(permit, &command.name)?;
        table::save(&mut write, listing.row(), &accepted);
        write.tell(listing.effect(before.as_ref(), today)?);
        let (listing, decision) = (Some(listing.render(today)), Some(accepted.decision()));
        write.conclude(pb::UpdateListingResponse { listing, decision }).await
    })
    .await
}

/// The provider and its current listing. Only indirect providers have a listing.
async fn present(
    service: &PartnerRegistryService,
    command: &Command,
) -> Result<(Option<Partner>, Option<Listing>)> {
    let mut reader = service.book.store.read().await?;
    let partner = partner::read::by_name(reader.conn(), &command.partner).await?;
    let provider = partner.filter(|partner| partner.kind() == PartnerKind::IndirectProvider);
    let row = table::of_partner(reader.conn(), wire::id_of(&command.partner)).await?;
    Ok((provider, row.map(Listing::from)))
}
