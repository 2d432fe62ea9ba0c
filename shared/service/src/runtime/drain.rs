//! How a stream learns that its server stops: calls are waited for, streams would never end.

use std::sync::Arc;

use tokio::sync::watch;

/// Begins the end of every stream behind a gate. Clones are the same signal.
#[derive(Debug, Clone)]
pub(crate) struct DrainSignal(Arc<watch::Sender<bool>>);

impl DrainSignal {
    /// Not begun.
    pub(crate) fn new() -> Self {
        DrainSignal(Arc::new(watch::Sender::new(false)))
    }

    /// Tells every stream.
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }

    /// What a stream listens to.
    pub(crate) fn listen(&self) -> Drain {
        Drain(Some(self.0.subscribe()))
    }
}

/// Whether the server that answers a call stops; never, outside any server.
#[derive(Debug, Clone, Default)]
pub struct Drain(Option<watch::Receiver<bool>>);

impl Drain {
    /// Completes when the server begins to stop.
    pub(crate) async fn begun(&mut self) {
        match &mut self.0 {
            // An error means that the server is gone altogether.
            Some(signal) => drop(signal.wait_for(|begun| *begun).await),
            None => std::future::pending().await,
        }
    }
}
