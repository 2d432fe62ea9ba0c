//! An operator corrects the organization that a customer belongs to: `SetCustomerOrganization`.

use csp_policy::Day;
use csp_proto::customer::v1 as pb;
use csp_service::company::Company;
use csp_service::peers::Query;
use csp_service::{Call, Evidence, Fields, Result, etag};

use super::visibility::visible;
use super::{COLLECTION, table};
use crate::CustomerService;

/// The request, well formed.
struct Command {
    name: String,
    etag: String,
    organization: Company,
    evidence: Evidence,
}

impl Command {
    fn read(request: &pb::SetCustomerOrganizationRequest, today: Day) -> Result<Self> {
        let mut fields = Fields::new();
        let name = fields.resource_name("name", &request.name, COLLECTION);
        let organization = Company::required(&mut fields, "organization", request.organization.as_ref());
        let evidence = fields.evidence(request.evidence.as_ref(), today);
        fields.finish(|| {
            Some(Command {
                name: name?,
                etag: request.etag.clone(),
                organization: organization?,
                evidence: evidence?,
            })
        })
    }
}

pub(crate) async fn set_organization(
    service: &CustomerService,
    call: &Call,
    request: pb::SetCustomerOrganizationRequest,
) -> Result<pb::SetCustomerOrganizationResponse> {
    let command = Command::read(&request, service.book.clock.today())?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let today = service.book.clock.today();
        let before = visible(service, call, &command.name).await?.customer;
        etag::check(&command.name, &command.etag, before.row().revision)?;
        let mut query = Query::default();
        query.of_company(&command.organization);
        let organization =
            service.registry.facts(call, today, query).await?.company(&command.organization)?;
        let mut after = before.clone();
        after.set_organization(organization, &command.evidence, service.book.now());

        let mut write = run.write();
        table::update(&mut write, after.row());
        write.tell(before.change_to(&after, today)?);
        let customer = Some(after.render(today));
        write.conclude(pb::SetCustomerOrganizationResponse { customer }).await
    })
    .await
}
