//! An operator puts a partner-network membership into the registry: `RegisterMpnId`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result};

use crate::PartnerRegistry;
use crate::mpn_id::{MpnId, Registration};
use crate::names::{self, MPN_IDS, ORGANIZATIONS};
use crate::{read, store};

impl TryFrom<&pb::RegisterMpnIdRequest> for Registration {
    type Error = Fault;

    fn try_from(request: &pb::RegisterMpnIdRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let number = fields.mpn_number("number", &request.number);
        let organization = fields.resource_name("organization", &request.organization, ORGANIZATIONS);
        let kind = fields.enum_value("kind", request.kind);
        let country = fields.country("country", &request.country);
        let active = !request.inactive;
        fields.finish(|| {
            Some(Registration {
                number: number?,
                organization: organization?,
                kind: kind?,
                country: country?,
                active,
            })
        })
    }
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::RegisterMpnIdRequest,
) -> Result<pb::RegisterMpnIdResponse> {
    let registration = Registration::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || register(service, call, &registration, &attempt)).await
}

async fn register(
    service: &PartnerRegistry,
    call: &Call,
    registration: &Registration,
    attempt: &Attempt,
) -> Result<pb::RegisterMpnIdResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut reader = book.store.read().await?;
    read::existing_organization(reader.conn(), &registration.organization).await?;
    if read::mpn_id(reader.conn(), &registration.number).await?.is_some() {
        let name = names::name(MPN_IDS, &registration.number);
        return Err(Fault::AlreadyExists { resource_type: "mpn_id", name });
    }
    drop(reader);

    let mpn_id = MpnId::register(registration, book.now());
    let response = pb::RegisterMpnIdResponse { mpn_id: Some(mpn_id.render()) };
    if attempt.validates_only() {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    store::mpn_id::insert(&mut tx, mpn_id.row());
    let effects = vec![Effect::created(&mpn_id.name(), 1, &mpn_id.render())?];
    book.conclude(tx, call, attempt, None, effects, &response).await?;
    Ok(response)
}
