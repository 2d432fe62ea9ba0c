//! Deletes the edges of a customer whose creation is undone: `DissolveCustomer`, the compensation of
//! `EstablishCustomer`.
//!
//! Only relationships that were created with the customer and never changed are deleted, with their grants. A
//! customer with any other relationship is in use: the command refuses and deletes nothing. An
//! `EstablishCustomer` of the same operation that arrives later is refused.
//!
//! The step does not use a `Run`, but `Attempt` and `Book` directly. Its idempotency key is the operation's
//! name, not a request id. The step is never part of a preview: a preview ends before the saga's first step.

use csp_proto::internal::relationship::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result, races};
use csp_store::{Tx, guard};
use jiff::Timestamp;

use super::establish::OPERATIONS;
use super::new_edges::counted;
use crate::RelationshipService;
use crate::admin_grant::{self, AdminGrant};
use crate::relationship_type::{self, Kind};
use crate::reseller_relationship::{self, ResellerRelationship};

/// The revision of a row that was never changed.
const UNCHANGED: i64 = 1;

pub(crate) async fn dissolve(
    service: &RelationshipService,
    call: &Call,
    request: pb::DissolveCustomerRequest,
) -> Result<pb::DissolveCustomerResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("customer", &request.customer, "customers");
    let operation = fields.resource_name("operation", &request.operation, OPERATIONS);
    let (customer, operation) = fields.finish(|| customer.zip(operation))?;
    let response = races::bounded(call.deadline, || run(service, call, &customer, &operation)).await?;
    service.book.prune_guards().await;
    Ok(response)
}

async fn run(
    service: &RelationshipService,
    call: &Call,
    customer: &str,
    operation: &str,
) -> Result<pb::DissolveCustomerResponse> {
    let (book, attempt, response) = (&service.book, Attempt::of_work(call), pb::DissolveCustomerResponse {});
    let now = book.now();
    let mut tx = book.store.write();
    if !guard::take_back(tx.conn().await?, operation, now.as_microsecond()).await? {
        // The operation was dissolved before. Any edges belong to a later operation that uses the customer id
        // again.
        return Ok(response);
    }
    let relationships = reseller_relationship::table::of_customer_whole(tx.conn().await?, customer).await?;
    let relationships: Vec<_> = relationships.into_iter().map(ResellerRelationship::from).collect();
    let is_untouched = |it: &ResellerRelationship| it.came_with_customer() && it.row().revision == UNCHANGED;
    if !relationships.iter().all(is_untouched) {
        return Err(Fault::StateConflict {
            resource: customer.to_owned(),
            state: "IN_USE".to_owned(),
            needs: "BEING_CREATED".to_owned(),
            remedy: "end each relationship with `RemoveResellerRelationship`".to_owned(),
        });
    }
    let effects = erase(&mut tx, &relationships, now).await?;
    book.conclude(tx, call, &attempt, None, effects, &response).await?;
    Ok(response)
}

/// Deletes relationships with their grants. The lock order prevents deadlocks: relationships, then
/// relationship types, then grants, as in every command that ends a relationship. Once a relationship is
/// deleted, no other transaction can give a grant under it, so the grants are read after that.
async fn erase(tx: &mut Tx, relationships: &[ResellerRelationship], now: Timestamp) -> Result<Vec<Effect>> {
    let mut effects = Vec::new();
    for relationship in relationships {
        reseller_relationship::table::delete(tx, relationship.row());
    }
    for ((seller, tenant), edges) in counted(relationships) {
        relationship_type::take(tx, seller, tenant, Kind::Customer, edges);
    }
    for relationship in relationships {
        for grant in admin_grant::table::of_relationship(tx.conn().await?, relationship.row()).await? {
            let grant = AdminGrant::from(grant);
            admin_grant::table::delete(tx, grant.row());
            effects.push(grant.deletion(now)?);
        }
        effects.push(relationship.deletion()?);
    }
    Ok(effects)
}
