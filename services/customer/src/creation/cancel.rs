//! Cancels a running operation, for the tenant that began the operation or for an operator:
//! `CancelOperation`.
//!
//! The RPC is Google's: its request has neither request id nor `validate_only`. It is idempotent by nature: a
//! repeat finds the operation cancelled, and answers the same. The command therefore does not use a `Run`.

use csp_proto::google::longrunning::CancelOperationRequest;
use csp_service::{Call, Result, races};

use super::{drive, read};
use crate::CustomerService;

pub(crate) async fn cancel(
    service: &CustomerService,
    call: &Call,
    request: CancelOperationRequest,
) -> Result<()> {
    let name = read::name(&request.name)?;
    races::bounded(call.deadline, || async {
        let id = read::visible(service, call, &name).await?.row().id.clone();
        // The lock is held until the operation has ended: a repeat that waited for the lock finds it
        // cancelled.
        let _lock = service.operation_locks.lock(&id).await;
        if read::by_id(service, &id).await?.is_cancelled() {
            return Ok(());
        }
        // From here only a lost race can refuse: the order may be placed in the meantime.
        drive::cancel(service, call, &id).await.map(drop)
    })
    .await
}
