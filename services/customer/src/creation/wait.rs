//! Waits until an operation has ended, for a bounded time: `WaitOperation`.

use std::time::{Duration, Instant};

use csp_proto::google::longrunning::{Operation, WaitOperationRequest};
use csp_service::{Call, Fields, Result};

use super::read;
use crate::CustomerService;

/// Maximum time for which one call waits.
pub(crate) const OPERATION_WAIT_MAX: Duration = Duration::from_secs(20);
/// Time between two looks at the operation. Another process may drive it, so nothing tells its end.
const LOOK_PERIOD: Duration = Duration::from_millis(200);
/// Time that is left of the call's deadline when the wait ends, for the response.
const RESPONSE_TIME: Duration = Duration::from_millis(500);

pub(crate) async fn wait(
    service: &CustomerService,
    call: &Call,
    request: WaitOperationRequest,
) -> Result<Operation> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", &request.name, super::operation::COLLECTION);
    let timeout = match request.timeout {
        None => Some(OPERATION_WAIT_MAX),
        Some(timeout) => Duration::try_from(timeout).ok(),
    };
    if timeout.is_none() {
        fields.refuse("timeout", "must not be negative");
    }
    let (name, timeout) = fields.finish(|| name.zip(timeout))?;

    let longest = Instant::now() + timeout.min(OPERATION_WAIT_MAX);
    let in_time = call.deadline.and_then(|deadline| deadline.checked_sub(RESPONSE_TIME));
    let until = in_time.map_or(longest, |in_time| in_time.min(longest));
    let mut drain = call.drain.clone();
    loop {
        let operation = read::visible(service, call, &name).await?;
        let left = until.saturating_duration_since(Instant::now());
        if operation.has_ended() || left.is_zero() {
            return Ok(operation.render());
        }
        tokio::select! {
            () = tokio::time::sleep(left.min(LOOK_PERIOD)) => {}
            // The server stops: the latest state is the answer.
            () = drain.begun() => return Ok(operation.render()),
        }
    }
}
