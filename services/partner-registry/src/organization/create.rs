//! An operator registers a company: `CreateOrganization`.

use csp_policy::Country;
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, ExternalId, Fault, Fields, Result};
use csp_store::Connection;

use super::{COLLECTION, LEGAL_NAME_CHARS_MAX, Organization, TYPE, read, table};
use crate::{PartnerRegistryService, resource_name};

struct Command {
    id: Option<String>,
    external_id: Option<String>,
    legal_name: String,
    country: Country,
}

impl TryFrom<&pb::CreateOrganizationRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::CreateOrganizationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let id = fields.chosen_id("organization_id", &request.organization_id);
        let external_id = fields.external_id("external_id", &request.external_id);
        let legal_name = fields.text("legal_name", &request.legal_name, 1..=LEGAL_NAME_CHARS_MAX);
        let country = fields.country("country", &request.country);
        fields.finish(|| {
            Some(Command { id: id?, external_id: external_id?, legal_name: legal_name?, country: country? })
        })
    }
}

pub(crate) async fn create(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::CreateOrganizationRequest,
) -> Result<pb::CreateOrganizationResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let external_id = call.external_id(command.external_id.clone());
        must_be_new(service.book.store.read().await?.conn(), &command, external_id.as_ref()).await?;
        let organization = Organization::create(
            command.id.clone().unwrap_or_else(|| service.book.next_id()),
            external_id,
            command.legal_name.clone(),
            command.country,
            service.book.now(),
        );

        let mut write = run.write();
        table::insert(&mut write, organization.row());
        write.tell(organization.creation()?);
        let organization = Some(organization.render(&call.caller));
        write.conclude(pb::CreateOrganizationResponse { organization }).await
    })
    .await
}

async fn must_be_new(
    conn: &mut Connection,
    command: &Command,
    external_id: Option<&ExternalId>,
) -> Result<()> {
    let exists = |name: &str| Fault::AlreadyExists { resource_type: TYPE, name: name.to_owned() };
    if let Some(id) = &command.id {
        let name = resource_name::of(COLLECTION, id);
        if read::by_name(conn, &name).await?.is_some() {
            return Err(exists(&name));
        }
    }
    if let Some(external_id) = external_id
        && !table::by_external_id(conn, external_id).await?.0.is_empty()
    {
        return Err(exists(external_id.key()));
    }
    Ok(())
}
