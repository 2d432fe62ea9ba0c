//! A customer's creation that is undone gives up what it claimed: `ReleaseCustomer`.
//!
//! It keeps the plain parts of a command: it is a step, repeatable by the operation's name, and its command previews.

use std::time::Instant;

use csp_proto::partner_registry::v1 as pb;
use csp_service::{Fields, Result, races};
use csp_store::guard;

use super::{CUSTOMERS, OPERATIONS, table};
use crate::PartnerRegistryService;

/// Gives up what the operation claimed for a customer; it is free again.
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
    // The second time, what the customer holds is another operation's: an id that was given up is used again.
    if guard::take_back(tx.conn().await?, operation, service.book.micros()).await? {
        table::release_customer(&mut tx, customer);
        tx.commit().await?;
    }
    Ok(())
}
