//! Owner permission on a customer's tenant for Azure: `RecordAzureOwner`, `EndAzureOwner` (rule CUS-12). The
//! permission is given outside the suite; no rule guards its record.

use csp_proto::relationship::v1::{self as pb, AdminGrantKind};
use csp_service::wire::day_of;
use csp_service::{Call, Evidence, Fault, Fields, Result, etag};

use super::{AdminGrant, read, table};
use crate::RelationshipService;
use crate::peers::{self, KnownCustomer};

/// The parsed request.
struct Command {
    customer: String,
    partner: String,
    evidence: Option<Evidence>,
}

impl Command {
    /// Only an operator gives evidence: the customer speaks for itself.
    fn read(
        service: &RelationshipService,
        call: &Call,
        request: &pb::RecordAzureOwnerRequest,
    ) -> Result<Self> {
        let mut fields = Fields::new();
        let customer = fields.resource_name("parent", &request.parent, "customers");
        let partner = fields.resource_name("partner", &request.partner, "partners");
        let evidence = match &request.evidence {
            Some(_) if !call.caller.is_operator() => {
                fields.refuse("evidence", "must be unset: only an operator gives evidence".to_owned());
                None
            }
            None => Some(None),
            sent => fields.evidence(sent.as_ref(), day_of(service.book.now())).map(Some),
        };
        let command = fields
            .finish(|| Some(Command { customer: customer?, partner: partner?, evidence: evidence? }))?;
        if call.caller.is_operator() && command.evidence.is_none() {
            return Err(Fault::field("evidence", "must be set: an operator records what it has in writing"));
        }
        Ok(command)
    }
}

pub(crate) async fn record_azure_owner(
    service: &RelationshipService,
    call: &Call,
    request: pb::RecordAzureOwnerRequest,
) -> Result<pb::RecordAzureOwnerResponse> {
    let command = Command::read(service, call, &request)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let (customer, registry) = tokio::try_join!(
            service.customers.by_name(call, &command.customer),
            peers::partners(service, call, day_of(now), [&command.partner]),
        )?;
        let seen = customer.filter(|customer| {
            !customer.being_created
                && (call.caller.is_operator() || call.caller.is_customer(&customer.tenant))
        });
        let customer = seen.ok_or_else(|| Fault::not_found("customer", &command.customer))?;
        let partner = registry.authorized(&command.partner).cloned();
        let partner = partner.ok_or_else(|| Fault::not_found("partner", &command.partner))?;
        let known = {
            let mut reader = service.book.store.read_once().await?;
            table::azure_owner(&mut reader, &customer.name, &partner.name).await?
        };
        if let Some(known) = known {
            let admin_grant = Some(AdminGrant::from(known).render(now));
            return run.write().leave_unchanged(pb::RecordAzureOwnerResponse { admin_grant }).await;
        }
        let customer = KnownCustomer { name: customer.name, tenant: customer.tenant };
        let evidence = command.evidence.clone();
        let grant = AdminGrant::azure_owner(service.book.next_id(), &partner, &customer, evidence, now);
        let mut write = run.write();
        table::insert_azure_owner(&mut write, grant.row());
        write.tell(grant.creation(now)?);
        write.conclude(pb::RecordAzureOwnerResponse { admin_grant: Some(grant.render(now)) }).await
    })
    .await
}

pub(crate) async fn end_azure_owner(
    service: &RelationshipService,
    call: &Call,
    request: pb::EndAzureOwnerRequest,
) -> Result<pb::EndAzureOwnerResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let now = service.book.now();
        let before = read::visible(service, call, &name).await?;
        before.must_be(AdminGrantKind::AzureOwner, "RevokeAdminGrant")?;
        etag::check(&before.name(), &request.etag, before.row().revision)?;
        let mut grant = before.clone();
        grant.revoke(now);

        let mut write = run.write();
        table::save_revoked(&mut write, grant.row());
        write.tell(grant.effect(&before, now)?);
        write.conclude(pb::EndAzureOwnerResponse { admin_grant: Some(grant.render(now)) }).await
    })
    .await
}
