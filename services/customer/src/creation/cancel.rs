//! Whoever began an operation, or an operator, calls it off: `CancelOperation`.

use csp_proto::customer::v1 as pb;
use csp_service::{Attempt, Call, Result};

use crate::CustomerService;
use crate::creation::drive;
use crate::creation::read::{operation_name, see};

pub(crate) async fn cancel_operation(
    service: &CustomerService,
    call: &Call,
    request: pb::CancelOperationRequest,
) -> Result<pb::CancelOperationResponse> {
    let name = operation_name(&request.name)?;
    let attempt = Attempt::of(call, &request.request_id, request.validate_only, &request)?;
    service.book.settle(&attempt, || run(service, call, &name, &attempt)).await
}

async fn run(
    service: &CustomerService,
    call: &Call,
    name: &str,
    attempt: &Attempt,
) -> Result<pb::CancelOperationResponse> {
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let id = see(service, call, name).await?.row().id.clone();
    // Held until the answer is remembered: a repeat that waited here finds it.
    let _lane = service.lanes.enter(&id).await;
    if let Some(answer) = service.book.first_answer(attempt).await? {
        return Ok(answer);
    }
    let operation = drive::read(service, &id).await?;
    operation.must_be_running()?;
    if attempt.validates_only() {
        return Ok(pb::CancelOperationResponse { operation: Some(operation.render()) });
    }

    // After this point only a lost race can refuse: the order may be placed meanwhile.
    let ended = drive::call_off(service, call, &id).await?;
    let response = pb::CancelOperationResponse { operation: Some(ended.render()) };
    let tx = service.book.store.write();
    service.book.conclude(tx, call, attempt, None, Vec::new(), &response).await?;
    Ok(response)
}
