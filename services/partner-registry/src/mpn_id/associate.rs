//! A location MPN ID is associated with an account: `AssociateMpnId`.

use csp_policy::boundaries;
use csp_policy::{Act, decide};
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result, etag};

use crate::PartnerRegistry;
use crate::mpn_id::MpnId;
use crate::names::{self, PARTNERS};
use crate::partner::View;
use crate::visibility::Seen;
use crate::{read, store, visibility};

struct Command {
    name: String,
    etag: String,
    number: String,
}

impl TryFrom<&pb::AssociateMpnIdRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::AssociateMpnIdRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, PARTNERS);
        let number = names::read_mpn_id(&mut fields, "mpn_id", &request.mpn_id);
        fields.finish(|| Some(Command { name: name?, etag: request.etag.clone(), number: number? }))
    }
}

/// What the decision rests on.
struct Gathered {
    seen: Seen,
    mpn_id: MpnId,
    facts: boundaries::AssociateMpnId,
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::AssociateMpnIdRequest,
) -> Result<pb::AssociateMpnIdResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || associate(service, call, &command, &attempt)).await
}

async fn associate(
    service: &PartnerRegistry,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::AssociateMpnIdResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let Gathered { seen, mpn_id: free, facts } = gather(service, call, command).await?;
    let (before, today) = (seen.partner, book.clock.today());
    let (mut partner, mut mpn_id) = (before.clone(), free.clone());
    let is_repeated = before.holds_mpn_id(&command.number);
    if !is_repeated {
        partner.associate(&command.number, book.now())?;
        mpn_id.associate(&command.name, book.now());
    }
    let permit = decide(facts).map_err(|refused| book.refuse(call, attempt, refused))?;
    let mut response = pb::AssociateMpnIdResponse {
        partner: Some(partner.render(seen.view, today)),
        decision: Some(book.preview(&permit)),
    };
    if attempt.validates_only() || is_repeated {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let accepted = book.accept(&mut tx, call, attempt, permit, &command.name)?;
    store::partner::save_association(&mut tx, &accepted, partner.row());
    store::mpn_id::save_association(&mut tx, &accepted, mpn_id.row());
    response.decision = Some(accepted.decision());
    let [old, new] = [&before, &partner].map(|partner| partner.render(View::Whole, today));
    let effects = vec![
        Effect::changed(&command.name, partner.row().revision, &old, &new)?,
        Effect::changed(&mpn_id.name(), mpn_id.row().revision, &free.render(), &mpn_id.render())?,
    ];
    book.conclude(tx, call, attempt, Some(accepted.decision_id()), effects, &response).await?;
    Ok(response)
}

async fn gather(service: &PartnerRegistry, call: &Call, command: &Command) -> Result<Gathered> {
    let day = service.book.clock.today();
    let mut reader = service.book.store.read().await?;
    let seen = visibility::own(reader.conn(), call, &command.name).await?;
    let partner = &seen.partner;
    etag::check(&command.name, &command.etag, partner.row().revision)?;
    let mpn_id = if partner.is_authorized() || seen.viewer.is_operator() {
        read::existing_mpn_id(reader.conn(), &command.number).await?
    } else {
        read::mpn_id_for_applicant(reader.conn(), &command.number, partner.tenant_country()?).await?
    };
    mpn_id.must_be_a_location("mpn_id", partner.proved_company())?;
    let fact = read::fact(reader.conn(), partner, day).await?;
    let mut revisions = fact.revisions;
    revisions.extend(mpn_id.revision_seen_by(partner.proved_company()));
    let facts = boundaries::AssociateMpnId {
        act: Act { day, subject: command.name.clone(), revisions },
        partner: fact.partner,
        tenant_country: partner.tenant_country()?,
        profile: mpn_id.fact()?,
    };
    Ok(Gathered { seen, mpn_id, facts })
}
