//! Associates a location MPN ID with an account: `AssociateMpnId`.

use csp_policy::Act;
use csp_policy::boundaries::AssociateMpnId;
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Result, etag, wire};
use jiff::Timestamp;

use super::{MpnId, read, table};
use crate::PartnerRegistryService;
use crate::partner::read::Visible;
use crate::partner::{self, View, fact};

struct Command {
    name: String,
    etag: String,
    number: String,
}

impl TryFrom<&pb::AssociateMpnIdRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::AssociateMpnIdRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, partner::COLLECTION);
        let number = fields.mpn_number("mpn_id", &request.mpn_id);
        fields.finish(|| Some(Command { name: name?, etag: request.etag.clone(), number: number? }))
    }
}

/// The account, the MPN ID and the facts for the decision.
struct Gathered {
    partner: partner::Partner,
    view: View,
    mpn_id: MpnId,
    facts: AssociateMpnId,
}

pub(crate) async fn associate(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::AssociateMpnIdRequest,
) -> Result<pb::AssociateMpnIdResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let today = wire::day_of(now);
        let Gathered { partner: before, view, mpn_id: free, facts } =
            gather(service, call, &command, now).await?;
        let (mut partner, mut mpn_id) = (before.clone(), free.clone());
        partner.associate(&command.number, now)?;
        if !before.holds_mpn_id(&command.number) {
            mpn_id.associate(&command.name, now);
        }
        let permit = run.decide(facts)?;

        let mut write = run.write();
        let shown = Some(partner.render(view, today, &call.caller));
        let accepted = write.accept(permit, &command.name)?;
        partner::table::save_association(&mut write, partner.row(), &accepted);
        table::save_association(&mut write, mpn_id.row(), &accepted);
        write.tell(partner.effect(&before, today)?);
        write.tell(mpn_id.effect(&free)?);
        let decision = Some(accepted.decision());
        write.conclude(pb::AssociateMpnIdResponse { partner: shown, decision }).await
    })
    .await
}

async fn gather(
    service: &PartnerRegistryService,
    call: &Call,
    command: &Command,
    now: Timestamp,
) -> Result<Gathered> {
    let day = wire::day_of(now);
    let mut reader = service.book.store.read().await?;
    let Visible { viewer, partner, view } = partner::read::own(reader.conn(), call, &command.name).await?;
    etag::check(&command.name, &command.etag, partner.row().revision)?;
    let mpn_id = if partner.is_authorized() || viewer.is_operator() {
        read::existing(reader.conn(), &command.number).await?
    } else {
        read::for_applicant(reader.conn(), &command.number, partner.tenant_country()).await?
    };
    mpn_id.must_be_a_location("mpn_id", partner.proved_company())?;
    let fact = fact::read(reader.conn(), &partner, day).await?;
    let mut revisions = fact.revisions;
    revisions.extend(mpn_id.revision_seen_by(partner.proved_company()));
    let facts = AssociateMpnId {
        act: Act { at: now, day, subject: command.name.clone(), revisions },
        partner: fact.partner,
        tenant_country: partner.tenant_country(),
        profile: mpn_id.fact()?,
    };
    Ok(Gathered { partner, view, mpn_id, facts })
}
