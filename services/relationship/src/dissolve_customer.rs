//! Takes back the edges of a customer whose creation was given up: `DissolveCustomer`.
//!
//! It undoes `EstablishCustomer` and nothing else: only edges that came with the customer and that nobody changed
//! since are erased. A customer that has others lives, and is left alone.

use csp_proto::relationship::v1 as pb;
use csp_service::{Attempt, Call, Fault, Fields, Result, races};

use crate::admin_grant::AdminGrant;
use crate::reseller_relationship::ResellerRelationship;
use crate::store::relationship_type::{self, Kind};
use crate::{Relationship, store};

/// The revision of what nobody changed.
const UNCHANGED: i64 = 1;

pub(crate) async fn dissolve_customer(
    service: &Relationship,
    call: &Call,
    request: pb::DissolveCustomerRequest,
) -> Result<pb::DissolveCustomerResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("customer", &request.customer, "customers");
    let customer = fields.finish(|| customer)?;
    races::bounded(call.deadline, || run(service, call, &customer)).await
}

async fn run(service: &Relationship, call: &Call, customer: &str) -> Result<pb::DissolveCustomerResponse> {
    let (book, attempt, response) = (&service.book, Attempt::of_work(call), pb::DissolveCustomerResponse {});
    let now = book.now();
    let mut tx = book.begin(&attempt).await?;
    let relationships = store::reseller_relationship::of_customer_whole(tx.conn(), customer).await?;
    if relationships.is_empty() {
        return Ok(response);
    }
    let mut effects = Vec::new();
    for relationship in relationships.into_iter().map(ResellerRelationship::from) {
        if !relationship.came_with_customer() || relationship.row().revision != UNCHANGED {
            return Err(Fault::StateConflict {
                resource: customer.to_owned(),
                state: "IN_USE".to_owned(),
                needs: "BEING_CREATED".to_owned(),
            });
        }
        for grant in store::admin_grant::of_relationship(tx.conn(), &relationship.name()).await? {
            let grant = AdminGrant::from(grant);
            store::admin_grant::delete(&mut tx, grant.row()).await?;
            effects.push(grant.deletion(now)?);
        }
        let row = relationship.row();
        store::reseller_relationship::delete(&mut tx, row).await?;
        relationship_type::take(&mut tx, relationship.seller(), &row.customer_tenant, Kind::Customer).await?;
        effects.push(relationship.deletion()?);
    }
    book.conclude(tx, call, &attempt, None, effects, &response).await?;
    Ok(response)
}
