//! Cancels a running operation, for the tenant that began the operation or for an operator:
//! `CancelOperation`.
//!
//! The command has a branch of its own for a preview. A cancellation acts at the peers step by step, and each
//! step is a write of its own, so a preview ends before the first step.

use csp_proto::customer::v1 as pb;
use csp_service::{Call, Result};

use super::{drive, read};
use crate::CustomerService;

pub(crate) async fn cancel(
    service: &CustomerService,
    call: &Call,
    request: pb::CancelOperationRequest,
) -> Result<pb::CancelOperationResponse> {
    let name = read::name(&request.name)?;
    let run = service.book.run(call, &request)?;
    run.settle(|| async {
        let id = read::visible(service, call, &name).await?.row().id.clone();
        // The lock is held until the answer is stored: a repeat that waited for the lock finds the stored
        // answer.
        let _lock = service.operation_locks.lock(&id).await;
        if let Some(answer) = run.first_answer().await? {
            return Ok(answer);
        }
        let operation = read::by_id(service, &id).await?;
        operation.must_be_running()?;
        if run.is_dry() {
            return Ok(pb::CancelOperationResponse { operation: Some(operation.render()) });
        }

        // After this point only a lost race can refuse: the order may be placed in the meantime.
        let ended = drive::cancel(service, call, &id).await?;
        run.write().conclude(pb::CancelOperationResponse { operation: Some(ended.render()) }).await
    })
    .await
}
