//! An operator puts a company into a group of affiliates, or takes it out: `SetAffiliation`.

use csp_policy::Day;
use csp_proto::partner_registry::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result, etag};

use crate::PartnerRegistry;
use crate::names::{AFFILIATION_GROUPS, ORGANIZATIONS};
use crate::{read, store};

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
        let name = fields.resource_name("name", &request.name, ORGANIZATIONS);
        let group = fields.optional(&request.group, |fields, value| {
            fields.resource_name("group", value, AFFILIATION_GROUPS)
        });
        let since = fields.optional(&request.since, |fields, value| fields.day("since", value));
        let etag = request.etag.clone();
        fields.finish(|| Some(Command { name: name?, etag, group: group?, since: since? }))
    }
}

pub(crate) async fn run(
    service: &PartnerRegistry,
    call: &Call,
    request: pb::SetAffiliationRequest,
) -> Result<pb::SetAffiliationResponse> {
    let command = Command::try_from(&request)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || affiliate(service, call, &command, &attempt)).await
}

async fn affiliate(
    service: &PartnerRegistry,
    call: &Call,
    command: &Command,
    attempt: &Attempt,
) -> Result<pb::SetAffiliationResponse> {
    let book = &service.book;
    if let Some(answer) = book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let mut reader = book.store.read().await?;
    let before = read::existing_organization(reader.conn(), &command.name).await?;
    drop(reader);
    etag::check(&command.name, &command.etag, before.row().revision)?;

    let mut organization = before.clone();
    let since = command.since.unwrap_or_else(|| book.clock.today());
    let changes = organization.affiliate(command.group.as_deref(), since, book.now())?;
    let response = pb::SetAffiliationResponse { organization: Some(organization.render()) };
    if attempt.validates_only() || !changes {
        return Ok(response);
    }

    // After this point only a lost race can refuse.
    let mut tx = book.store.write();
    let row = organization.row();
    store::organization::save_affiliations(tx.conn().await?, row, organization.affiliations()).await?;
    let effects =
        vec![Effect::changed(&command.name, row.revision, &before.render(), &organization.render())?];
    book.conclude(tx, call, attempt, None, effects, &response).await?;
    Ok(response)
}
