//! Takes back the edges of a customer whose creation was given up: `DissolveCustomer`.
//!
//! It undoes `EstablishCustomer` and nothing else: only edges that came with the customer and that nobody changed
//! since are erased. A customer that has others lives, and is left alone. What the operation may still have on its
//! way sets nothing any more.
//!
//! It keeps the plain parts of a command: it is a step, repeatable by the operation's name, and its command previews.

use csp_proto::relationship::v1 as pb;
use csp_service::{Attempt, Call, Effect, Fault, Fields, Result, races};
use csp_store::{Tx, guard};
use jiff::Timestamp;

use super::establish::OPERATIONS;
use super::new_edges::counted;
use crate::RelationshipService;
use crate::admin_grant::{self, AdminGrant};
use crate::relationship_type::{self, Kind};
use crate::reseller_relationship::{self, ResellerRelationship};

/// The revision of what nobody changed.
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
        // The second time, what the customer has is another operation's: an id that was given up is used again.
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
        });
    }
    let effects = erase(&mut tx, &relationships, now).await?;
    book.conclude(tx, call, &attempt, None, effects, &response).await?;
    Ok(response)
}

/// Erases relationships with their grants. Relationships first, then types, then grants, as everybody who ends one:
/// so nobody waits in a circle, and no grant is given under a relationship that is looked at already.
async fn erase(tx: &mut Tx, relationships: &[ResellerRelationship], now: Timestamp) -> Result<Vec<Effect>> {
    let mut effects = Vec::new();
    for relationship in relationships {
        reseller_relationship::table::delete(tx, relationship.row());
    }
    for ((seller, tenant), edges) in counted(relationships) {
        relationship_type::take(tx, seller, tenant, Kind::Customer, edges);
    }
    for relationship in relationships {
        for grant in admin_grant::table::of_relationship(tx.conn().await?, &relationship.name()).await? {
            let grant = AdminGrant::from(grant);
            admin_grant::table::delete(tx, grant.row());
            effects.push(grant.deletion(now)?);
        }
        effects.push(relationship.deletion()?);
    }
    Ok(effects)
}
