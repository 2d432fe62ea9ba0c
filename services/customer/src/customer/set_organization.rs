//! An operator corrects the company that a customer belongs to: `SetCustomerOrganization`.

use csp_proto::customer::v1 as pb;
use csp_service::peers::Query;
use csp_service::{Attempt, Call, Fault, Fields, Result, etag};

use crate::CustomerService;
use crate::customer::COLLECTION;
use crate::customer::update::save;
use crate::customer::visibility;
use crate::parts;

/// The correction, well formed.
struct Command {
    name: String,
    organization: Option<String>,
}

pub(crate) async fn set_customer_organization(
    service: &CustomerService,
    call: &Call,
    request: pb::SetCustomerOrganizationRequest,
) -> Result<pb::SetCustomerOrganizationResponse> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, COLLECTION);
    let organization = parts::named(&mut fields, "organization", &request.organization, "organizations");
    let command = fields.finish(|| Some(Command { name: name?, organization: organization? }))?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &command, &request.etag, &attempt)).await
}

async fn run(
    service: &CustomerService,
    call: &Call,
    command: &Command,
    etag: &str,
    attempt: &Attempt,
) -> Result<pb::SetCustomerOrganizationResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let before = visibility::see(service, call, &command.name).await?.customer;
    etag::check(&command.name, etag, before.row().revision)?;
    if let Some(organization) = &command.organization {
        let query = Query { organizations: vec![organization.clone()], ..Query::default() };
        let facts = service.registry.facts(call, service.book.clock.today(), query).await?;
        facts.organization(organization).ok_or_else(|| Fault::not_found("organization", organization))?;
    }
    let mut after = before.clone();
    after.set_organization(command.organization.clone());
    after.touch(service.book.now());
    let answer = |customer| pb::SetCustomerOrganizationResponse { customer: Some(customer) };
    save(service, call, attempt, &before, &after, answer).await
}
