//! An operator registers a company: `CreateOrganization`.

use csp_policy::Country;
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Effect, Fault, Fields, Result};
use csp_store::Connection;

use crate::PartnerRegistry;
use crate::names::{self, ORGANIZATIONS};
use crate::organization::Organization;
use crate::partner::application::{EXTERNAL_ID_CHARS_MAX, LEGAL_NAME_CHARS_MAX};
use crate::{read, store};

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
        let id = fields
            .optional(&request.organization_id, |fields, value| fields.resource_id("organization_id", value));
        let external_id = fields.optional(&request.external_id, |fields, value| {
            fields.text("external_id", value, 1..=EXTERNAL_ID_CHARS_MAX)
        });
        let legal_name = fields.text("legal_name", &request.legal_name, 1..=LEGAL_NAME_CHARS_MAX);
        let country = fields.country("country", &request.country);
        fields.finish(|| {
            Some(Command { id: id?, external_id: external_id?, legal_name: legal_name?, country: country? })
        })
    }
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::CreateOrganizationRequest,
) -> Result<pb::CreateOrganizationResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        must_be_new(service.book.store.read().await?.conn(), &command).await?;
        let organization = Organization::create(
            command.id.clone().unwrap_or_else(|| service.book.next_id()),
            command.external_id.clone(),
            command.legal_name.clone(),
            command.country,
            service.book.now(),
        );

        let mut write = run.write();
        store::organization::insert(&mut write, organization.row());
        let shown = organization.render();
        write.tell(Effect::created(&organization.name(), 1, &shown)?);
        write.conclude(pb::CreateOrganizationResponse { organization: Some(shown) }).await
    })
    .await
}

async fn must_be_new(conn: &mut Connection, command: &Command) -> Result<()> {
    let taken = |name: &str| Fault::AlreadyExists { resource_type: "organization", name: name.to_owned() };
    if let Some(id) = &command.id {
        let name = names::name(ORGANIZATIONS, id);
        if read::organization(conn, &name).await?.is_some() {
            return Err(taken(&name));
        }
    }
    if let Some(external_id) = &command.external_id {
        let (rows, _) = store::organization::by_external_id(conn, external_id).await?;
        if !rows.is_empty() {
            return Err(taken(external_id));
        }
    }
    Ok(())
}
