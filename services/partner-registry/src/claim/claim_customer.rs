//! The saga step that claims the tenant and the domain of a new customer: `ClaimCustomer`.
//!
//! The step does not use `Book::run`. Its idempotency key is the operation's name, not a request id. The step
//! is never part of a preview: a preview ends before the operation's first step.

use std::time::Instant;

use csp_proto::internal::partner_registry::v1 as pb;
use csp_service::{Fault, Fields, Result, races};
use csp_store::guard;

use super::table::{self, Kind};
use super::{CUSTOMERS, OPERATIONS};
use crate::PartnerRegistryService;

struct Command {
    customer: String,
    tenant: String,
    domain: String,
    operation: String,
}

impl TryFrom<&pb::ClaimCustomerRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::ClaimCustomerRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let customer = fields.resource_name("customer", &request.customer, CUSTOMERS);
        let tenant = fields.tenant("tenant_id", &request.tenant_id);
        let domain = fields.domain("domain", &request.domain);
        let operation = fields.resource_name("operation", &request.operation, OPERATIONS);
        fields.finish(|| {
            Some(Command { customer: customer?, tenant: tenant?, domain: domain?, operation: operation? })
        })
    }
}

/// Claims both the tenant and the domain for a customer, or neither.
pub(crate) async fn claim_customer(
    service: &PartnerRegistryService,
    deadline: Option<Instant>,
    request: pb::ClaimCustomerRequest,
) -> Result<pb::ClaimCustomerResponse> {
    let command = Command::try_from(&request)?;
    races::bounded(deadline, || claim_both(service, &command)).await
}

async fn claim_both(
    service: &PartnerRegistryService,
    command: &Command,
) -> Result<pb::ClaimCustomerResponse> {
    let mut tx = service.book.store.write();
    if !guard::enter(tx.conn().await?, &command.operation, service.book.micros()).await? {
        return Err(Fault::taken_back(&command.operation));
    }
    let tenant_holder = table::holder(tx.conn().await?, Kind::CustomerTenant, &command.tenant).await?;
    let domain_holder = table::holder(tx.conn().await?, Kind::Domain, &command.domain).await?;
    let holds_tenant = tenant_holder.as_ref() == Some(&command.customer);
    let holds_domain = domain_holder.as_ref() == Some(&command.customer);
    // A tenant that the customer already holds may have enrolled as a partner meanwhile. The customer keeps
    // its claim, so the CSP tenant is not looked up.
    let csp_tenant_of = if holds_tenant {
        None
    } else {
        table::holder(tx.conn().await?, Kind::CspTenant, &command.tenant).await?
    };
    let response = pb::ClaimCustomerResponse {
        claimed: false,
        csp_tenant_of: csp_tenant_of.unwrap_or_default(),
        tenant_customer: tenant_holder.filter(|_| !holds_tenant).unwrap_or_default(),
        domain_customer: domain_holder.filter(|_| !holds_domain).unwrap_or_default(),
    };
    let is_free = response == pb::ClaimCustomerResponse::default();
    if !is_free {
        return Ok(response);
    }
    if !holds_tenant {
        table::claim_for_customer(&mut tx, Kind::CustomerTenant, &command.tenant, &command.customer);
    }
    if !holds_domain {
        table::claim_for_customer(&mut tx, Kind::Domain, &command.domain, &command.customer);
    }
    tx.commit().await?;
    Ok(pb::ClaimCustomerResponse { claimed: true, ..response })
}
