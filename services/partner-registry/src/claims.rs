//! Tenants and domains that customers claim: `ClaimCustomer`, `ReleaseCustomer`.
//!
//! A tenant is a customer's or a partner's, whoever comes first – but that a customer's tenant may enrol as
//! partner later on: the claims then stand side by side.

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Fault, Fields, Result, races};

use crate::PartnerRegistry;
use crate::store::claim::{self, Kind};

/// Collection of the holders.
const CUSTOMERS: &str = "customers";

struct Command {
    customer: String,
    tenant: String,
    domain: String,
}

impl TryFrom<&pb::ClaimCustomerRequest> for Command {
    type Error = Fault;

    fn try_from(request: &pb::ClaimCustomerRequest) -> Result<Self> {
        let mut fields = Fields::new();
        let customer = fields.resource_name("customer", &request.customer, CUSTOMERS);
        let tenant = fields.tenant("tenant", &request.tenant);
        let domain = fields.domain("domain", &request.domain);
        fields.finish(|| Some(Command { customer: customer?, tenant: tenant?, domain: domain? }))
    }
}

/// Claims both for a customer, or nothing.
pub(crate) async fn claim(
    service: &PartnerRegistry,
    request: pb::ClaimCustomerRequest,
) -> Result<pb::ClaimCustomerResponse> {
    let command = Command::try_from(&request)?;
    races::bounded(None, || claim_both(service, &command)).await
}

async fn claim_both(service: &PartnerRegistry, command: &Command) -> Result<pb::ClaimCustomerResponse> {
    let mut tx = service.book.store.begin().await?;
    let tenant_holder = claim::holder(tx.conn(), Kind::CustomerTenant, &command.tenant).await?;
    let domain_holder = claim::holder(tx.conn(), Kind::Domain, &command.domain).await?;
    let holds_tenant = tenant_holder.as_ref() == Some(&command.customer);
    let holds_domain = domain_holder.as_ref() == Some(&command.customer);
    // A tenant that this customer holds already may have enrolled since: then it keeps it.
    let csp_tenant_of =
        if holds_tenant { None } else { claim::holder(tx.conn(), Kind::CspTenant, &command.tenant).await? };
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
        claim::claim_for_customer(tx.conn(), Kind::CustomerTenant, &command.tenant, &command.customer)
            .await?;
    }
    if !holds_domain {
        claim::claim_for_customer(tx.conn(), Kind::Domain, &command.domain, &command.customer).await?;
    }
    tx.commit().await?;
    Ok(pb::ClaimCustomerResponse { claimed: true, ..response })
}

/// Gives up what a customer claimed; it is free again.
pub(crate) async fn release(
    service: &PartnerRegistry,
    request: pb::ReleaseCustomerRequest,
) -> Result<pb::ReleaseCustomerResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("customer", &request.customer, CUSTOMERS);
    let customer = fields.finish(|| customer)?;
    let mut tx = service.book.store.begin().await?;
    claim::release_customer(tx.conn(), &customer).await?;
    tx.commit().await?;
    Ok(pb::ReleaseCustomerResponse {})
}
