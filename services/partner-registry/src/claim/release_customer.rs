//! The compensation of `ClaimCustomer` in the saga that creates a customer: `ReleaseCustomer`.
//!
//! The step does not use `Book::run`. Its idempotency key is the operation's name, not a request id. The step
//! is never part of a preview: a preview ends before the operation's first step.

use std::time::Instant;

use csp_proto::internal::partner_registry::v1 as pb;
use csp_service::{Fields, Result, races};
use csp_store::guard;

use super::{CUSTOMERS, OPERATIONS, table};
use crate::PartnerRegistryService;

/// Releases the tenant and the domain that the operation claimed for a customer.
pub(crate) async fn release_customer(
    service: &PartnerRegistryService,
    deadline: Option<Instant>,
    request: pb::ReleaseCustomerRequest,
) -> Result<pb::ReleaseCustomerResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("customer", &request.customer, CUSTOMERS);
    let operation = fields.resource_name("operation", &request.operation, OPERATIONS);
    let (customer, operation) = fields.finish(|| customer.zip(operation))?;
    races::bounded(deadline, || release_all(service, &customer, &operation)).await?;
    service.book.prune_guards().await;
    Ok(pb::ReleaseCustomerResponse {})
}

async fn release_all(service: &PartnerRegistryService, customer: &str, operation: &str) -> Result<()> {
    let mut tx = service.book.store.write();
    // Only the first release deletes claims: the id of a released customer may be used again, and a second
    // release would delete the claims of the operation that uses it.
    if guard::take_back(tx.conn().await?, operation, service.book.micros()).await? {
        table::release_customer(&mut tx, customer);
        tx.commit().await?;
    }
    Ok(())
}
