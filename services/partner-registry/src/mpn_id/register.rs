//! An operator registers an MPN ID, a partner-network membership of a company: `RegisterMpnId`.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Result};

use super::{MpnId, Registration, TYPE, name_of, read, table};
use crate::{PartnerRegistryService, organization};

impl TryFrom<&pb::RegisterMpnIdRequest> for Registration {
    type Error = Fault;

    fn try_from(request: &pb::RegisterMpnIdRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let number = fields.mpn_number("mpn_id", &request.mpn_id);
        let organization =
            fields.resource_name("organization", &request.organization, organization::COLLECTION);
        let kind = fields.enum_value("kind", request.kind);
        let country = fields.country("country", &request.country);
        let active = request.active.unwrap_or(true);
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

pub(crate) async fn register(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::RegisterMpnIdRequest,
) -> Result<pb::RegisterMpnIdResponse> {
    let registration = Registration::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        must_be_new(service, &registration).await?;
        let mpn_id = MpnId::register(&registration, service.book.now());

        let mut write = run.write();
        table::insert(&mut write, mpn_id.row());
        write.tell(mpn_id.creation()?);
        write.conclude(pb::RegisterMpnIdResponse { mpn_id: Some(mpn_id.render()) }).await
    })
    .await
}

/// Refuses a number that is registered already, and a company that does not exist.
async fn must_be_new(service: &PartnerRegistryService, registration: &Registration) -> Result<()> {
    let mut reader = service.book.store.read().await?;
    organization::read::existing(reader.conn(), &registration.organization).await?;
    match read::by_number(reader.conn(), &registration.number).await? {
        Some(_) => Err(Fault::AlreadyExists { resource_type: TYPE, name: name_of(&registration.number) }),
        None => Ok(()),
    }
}
