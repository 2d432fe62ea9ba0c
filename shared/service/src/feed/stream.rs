//! The stream that a consumer reads.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use csp_proto::Told;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_stream::Stream;
use tonic::Status;

use crate::fault::Fault;

/// What a watcher tells, and at last why it ended. Dropped, it ends its watcher.
#[derive(Debug)]
pub struct Watching<R> {
    told: mpsc::Receiver<Told>,
    /// None once its end was told.
    watcher: Option<JoinHandle<Fault>>,
    respond: fn(Told) -> R,
}

impl<R> Watching<R> {
    pub(super) fn new(
        told: mpsc::Receiver<Told>,
        watcher: JoinHandle<Fault>,
        respond: fn(Told) -> R,
    ) -> Self {
        Watching { told, watcher: Some(watcher), respond }
    }
}

impl<R> Stream for Watching<R> {
    type Item = Result<R, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(told) = ready!(self.told.poll_recv(context)) {
            return Poll::Ready(Some(Ok((self.respond)(told))));
        }
        // What was told before the end has been read.
        let Some(watcher) = &mut self.watcher else { return Poll::Ready(None) };
        let ended = ready!(Pin::new(watcher).poll(context));
        self.watcher = None;
        let fault = ended.unwrap_or_else(|error| Fault::internal(format!("a watcher broke down: {error}")));
        Poll::Ready(Some(Err(fault.into())))
    }
}

impl<R> Drop for Watching<R> {
    fn drop(&mut self) {
        // It only reads: there is nothing that must come to its end.
        if let Some(watcher) = &self.watcher {
            watcher.abort();
        }
    }
}
