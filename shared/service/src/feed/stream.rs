//! The response stream of a watch.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use csp_proto::feed::v1::WatchEventsResponse;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_stream::Stream;
use tonic::Status;

use crate::fault::Fault;

/// The stream of a watcher's events and bookmarks, and finally the status that says why the watch ended.
/// Dropping the stream ends the watcher.
#[derive(Debug)]
pub struct Watching {
    told: mpsc::Receiver<WatchEventsResponse>,
    /// `None` after the final status was sent.
    watcher: Option<JoinHandle<Fault>>,
}

impl Watching {
    pub(super) fn new(told: mpsc::Receiver<WatchEventsResponse>, watcher: JoinHandle<Fault>) -> Self {
        Watching { told, watcher: Some(watcher) }
    }
}

impl Stream for Watching {
    type Item = Result<WatchEventsResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(told) = ready!(self.told.poll_recv(context)) {
            return Poll::Ready(Some(Ok(told)));
        }
        // The queue is empty and closed: every event was read.
        let Some(watcher) = &mut self.watcher else { return Poll::Ready(None) };
        let ended = ready!(Pin::new(watcher).poll(context));
        self.watcher = None;
        let fault =
            ended.unwrap_or_else(|error| Fault::internal(format!("the task of a watcher failed: {error}")));
        Poll::Ready(Some(Err(fault.into())))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // A watcher only reads, so aborting it leaves nothing half-done.
        if let Some(watcher) = &self.watcher {
            watcher.abort();
        }
    }
}
