//! Answers an admitted call: in a task of its own, or as a stream.

use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use tokio::sync::OwnedSemaphorePermit;
use tonic::body::Body;
use tracing::Instrument;

use crate::fault::{Fault, Result};
use crate::request::call::Call;
use crate::runtime::deadline::DEADLINE_DEFAULT;
use crate::runtime::drain::Drain;
use crate::runtime::handler::{Handler, handle};

/// Size of the gRPC prefix of a message, in bytes: one flag byte and four length bytes.
const FRAME_HEADER_BYTES: usize = 5;
/// How long a stopping server still waits for a request to arrive completely.
pub const ARRIVAL_WAIT_MAX: Duration = Duration::from_secs(1);

/// Answers a call whose handler always runs to completion. The handler's task ends only when the handler
/// ends, even if no client waits any more, and keeps its slot of the limit on calls in flight until then.
pub(crate) async fn run<S: Handler>(
    handler: S,
    request: Request<Body>,
    call: Call,
    slot: OwnedSemaphorePermit,
    message_bytes_max: usize,
) -> Result<Response<Body>> {
    let deadline = call.deadline;
    let work = async {
        // The request is read completely before the task starts: the deadline cuts a slow upload, but never a
        // handler.
        let request = with(arrived(request, call.drain.clone(), message_bytes_max).await?, call);
        let task = async move {
            let _slot = slot;
            handle(handler, request).await
        };
        let task = tokio::spawn(task.in_current_span());
        task.await.map_err(|error| Fault::internal(format!("the handler's task failed: {error}")))
    };
    match deadline {
        Some(deadline) => {
            tokio::time::timeout_at(deadline.into(), work).await.unwrap_or(Err(Fault::Deadline))
        }
        None => work.await,
    }
}

/// Reads the whole request. A request that is still arriving [`ARRIVAL_WAIT_MAX`] after the server began to
/// stop is abandoned.
async fn arrived(
    request: Request<Body>,
    mut drain: Drain,
    message_bytes_max: usize,
) -> Result<Request<Body>> {
    let too_late = async {
        drain.begun().await;
        tokio::time::sleep(ARRIVAL_WAIT_MAX).await;
    };
    tokio::select! {
        biased;
        read = read_whole(request, message_bytes_max) => read,
        () = too_late => Err(Fault::Stopping { cursor: String::new() }),
    }
}

async fn read_whole(request: Request<Body>, message_bytes_max: usize) -> Result<Request<Body>> {
    let (parts, body) = request.into_parts();
    let limited = Limited::new(body, message_bytes_max.saturating_add(FRAME_HEADER_BYTES));
    let read = limited.collect().await.map_err(|error| {
        if error.is::<http_body_util::LengthLimitError>() {
            Fault::Limit { limit: "message_bytes_max", value: message_bytes_max as u64 }
        } else {
            Fault::field("request", "must arrive whole")
        }
    })?;
    Ok(Request::from_parts(parts, Body::new(Full::new(read.to_bytes()))))
}

/// Answers with a stream. The stream keeps its slot of the limit on calls in flight until the stream ends.
/// The deadline applies only to reading the request, not to the stream.
pub(crate) async fn stream<S: Handler>(
    handler: S,
    request: Request<Body>,
    call: Call,
    slot: OwnedSemaphorePermit,
    message_bytes_max: usize,
) -> Result<Response<Body>> {
    let arrived = arrived(request, call.drain.clone(), message_bytes_max);
    let request = tokio::time::timeout(DEADLINE_DEFAULT, arrived).await.unwrap_or(Err(Fault::Deadline))?;
    let hold = move |frame| {
        let _slot = &slot;
        frame
    };
    Ok(handle(handler, with(request, call)).await.map(|body| Body::new(body.map_frame(hold))))
}

fn with(mut request: Request<Body>, call: Call) -> Request<Body> {
    request.extensions_mut().insert(call);
    request
}
