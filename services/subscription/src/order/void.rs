//! The order of an operation that is given up: `VoidOrder`, a step of the customer service's `AddCustomerWithOrder`.
//!
//! The order is placed under the operation's name as request id. Giving it up uses that id up with an answer of its
//! own, so that of both only one is ever committed: the order that comes second finds its request id used. The answer
//! is kept as long as any, which is longer than an order can be on its way.
//!
//! It keeps the plain parts of a command: it is a step, with the operation's name in place of a request id of its own.

use csp_proto::subscription::v1 as pb;
use csp_service::{Attempt, Call, Fault, Fields, Result};

use super::table;
use crate::SubscriptionService;

/// Collection of the operations that place orders.
const OPERATIONS: &str = "operations";

pub(crate) async fn void(
    service: &SubscriptionService,
    call: &Call,
    request: pb::VoidOrderRequest,
) -> Result<pb::VoidOrderResponse> {
    let operation = Fields::only(|fields| fields.resource_name("operation", &request.operation, OPERATIONS))?;
    let attempt = Attempt::of(call, &operation, false, &request)?;
    let id = operation.strip_prefix(OPERATIONS).and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
    match service.book.settle(&attempt, || run(service, call, &attempt, id)).await {
        // The order was first, unless the caller itself has used the id for something else: then nothing comes of it.
        Err(Fault::RequestIdReused { .. }) => answer(service, id).await,
        outcome => outcome,
    }
}

async fn run(
    service: &SubscriptionService,
    call: &Call,
    attempt: &Attempt,
    id: &str,
) -> Result<pb::VoidOrderResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    // An order whose request id is forgotten stands all the same.
    let found = answer(service, id).await?;
    if found.placed {
        return Ok(found);
    }
    let tx = service.book.store.write();
    service.book.conclude(tx, call, attempt, None, Vec::new(), &found).await?;
    Ok(found)
}

/// Read where writes are: an order whose request id is seen to be used is seen with it.
async fn answer(service: &SubscriptionService, id: &str) -> Result<pb::VoidOrderResponse> {
    let mut tx = service.book.store.write();
    Ok(pb::VoidOrderResponse { placed: table::by_id(tx.conn().await?, id).await?.is_some() })
}
