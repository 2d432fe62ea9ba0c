//! An operator puts a company into an affiliation group, or takes it out: `SetAffiliation`.

use csp_policy::Day;
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Call, Fault, Fields, Result, etag};

use super::{AFFILIATION_GROUPS, COLLECTION, read, table};
use crate::PartnerRegistryService;

struct Command {
    name: String,
    etag: String,
    group: Option<String>,
    since: Option<Day>,
}

impl TryFrom<&pb::SetAffiliationRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::SetAffiliationRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, COLLECTION);
        // An absent group states nothing, an empty one states that the company is in no group (rule SUB-16).
        let group = fields.required("group", request.group.as_ref());
        let group = group.and_then(|group| fields.optional_name("group", group, AFFILIATION_GROUPS));
        let since = fields.optional(&request.since_date, |fields, value| fields.day("since_date", value));
        let etag = request.etag.clone();
        fields.finish(|| Some(Command { name: name?, etag, group: group?, since: since? }))
    }
}

pub(crate) async fn set_affiliation(
    service: &PartnerRegistryService,
    call: &Call,
    request: pb::SetAffiliationRequest,
) -> Result<pb::SetAffiliationResponse> {
    let command = Command::try_from(&request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let before = read::existing(service.book.store.read().await?.conn(), &command.name).await?;
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let mut organization = before.clone();
        let since = command.since.unwrap_or_else(|| service.book.clock.today());
        let changes = organization.affiliate(command.group.as_deref(), since, service.book.now())?;

        let mut write = run.write();
        let response = pb::SetAffiliationResponse { organization: Some(organization.render(&call.caller)) };
        if !changes {
            return write.leave_unchanged(response).await;
        }
        table::save_affiliations(&mut write, organization.row(), organization.affiliations()).await?;
        write.tell(organization.effect(&before)?);
        write.conclude(response).await
    })
    .await
}
