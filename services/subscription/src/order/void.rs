//! `VoidOrder` prevents the order of an abandoned operation. It is a step of the customer service's saga
//! `AddCustomerWithOrder`.
//!
//! The saga submits its order with the operation's name as request id. `VoidOrder` stores an answer of its
//! own under the same request id, so at most one of the two commits: an order that comes later finds its
//! request id used and is refused. The stored answer is kept for 24 hours, like any other; no delayed order
//! is in flight for longer ([`LATE_CALL_MAX`](csp_service::LATE_CALL_MAX)).
//!
//! `VoidOrder` does not use [`Run`](csp_service::Run). Its idempotency key is the operation's name, not a
//! request id. The step is never part of a preview: a preview ends before the saga's first step.

use csp_proto::internal::subscription::v1 as pb;
use csp_service::{Attempt, Call, CustomersResource, Fault, Fields, Result, wire};

use super::table;
use crate::{SubscriptionService, peers};

/// Collection of the operations' resource names.
const OPERATIONS: &str = "operations";

pub(crate) async fn void(
    service: &SubscriptionService,
    call: &Call,
    request: pb::VoidOrderRequest,
) -> Result<pb::VoidOrderResponse> {
    let mut fields = Fields::new();
    let operation = fields.resource_name("operation", &request.operation, OPERATIONS);
    let customer = fields.resource_name("customer", &request.customer, peers::CUSTOMERS);
    let (operation, customer) = fields.finish(|| Some((operation?, customer?)))?;
    let attempt = Attempt::of(call, &operation, false, &request)?;
    let order = CustomersResource { customer, id: wire::id_of(&operation).to_owned() };
    match service.book.settle(&attempt, || run(service, call, &attempt, &order)).await {
        // The request id is used: by the order, which was placed first, or by another request of the same
        // caller. In the second case the order can never be placed.
        Err(Fault::RequestIdReused { .. }) => answer(service, &order).await,
        outcome => outcome,
    }
}

async fn run(
    service: &SubscriptionService,
    call: &Call,
    attempt: &Attempt,
    order: &CustomersResource,
) -> Result<pb::VoidOrderResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    // The order may have been placed although its stored answer was pruned since.
    let found = answer(service, order).await?;
    if found.placed {
        return Ok(found);
    }
    let tx = service.book.store.write();
    service.book.conclude(tx, call, attempt, None, Vec::new(), &found).await?;
    Ok(found)
}

/// Whether the order is placed. Read on the writing connection: an order and its request id commit together,
/// so a reader that saw the request id also sees the order.
async fn answer(service: &SubscriptionService, order: &CustomersResource) -> Result<pb::VoidOrderResponse> {
    let mut tx = service.book.store.write();
    let found = table::by_id(tx.conn().await?, &order.customer, &order.id).await?;
    Ok(pb::VoidOrderResponse { placed: found.is_some() })
}
