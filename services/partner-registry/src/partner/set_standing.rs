//! An operator changes the standing of an authorized account: `SetPartnerStanding`. No programme rule
//! applies.

use csp_proto::partner_registry::v1::{self as pb, Standing};
use csp_service::{Call, Fault, Fields, Result, etag};

use super::{COLLECTION, View, read, table};
use crate::PartnerRegistryService;

const REASON_CHARS_MAX: usize = 500;

struct Command {
    name: String,
    etag: String,
    standing: Standing,
    reason: String,
}

impl TryFrom<&pb::SetPartnerStandingRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::SetPartnerStandingRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, COLLECTION);
        let standing = fields.enum_value("standing", request.standing);
        let reason = fields.text("reason", &request.reason, 1..=REASON_CHARS_MAX);
        let etag = request.etag.clone();
        fields.finish(|| Some(Command { name: name?, etag, standing: standing?, reason: reason? }))
    }
}

pub(crate) async fn set_standing(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::SetPartnerStandingRequest,
) -> Result<pb::SetPartnerStandingResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let today = service.book.clock.today();
        let before = read::own(service.book.store.read().await?.conn(), call, &command.name).await?.partner;
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let mut partner = before.clone();
        partner.set_standing(command.standing, command.reason.clone(), service.book.now())?;

        let mut write = run.write();
        table::save_unguarded(&mut write, partner.row());
        partner.keep_status(&mut write, today);
        write.tell(partner.effect(&before, today)?);
        let partner = Some(partner.render(View::Whole, today, &call.caller));
        write.conclude(pb::SetPartnerStandingResponse { partner }).await
    })
    .await
}
