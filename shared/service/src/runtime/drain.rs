//! Tells streams that their server is stopping. A stopping server waits for calls, but a stream would never
//! end by itself.

use std::sync::Arc;

use tokio::sync::watch;

/// The sender: tells every stream behind a gate to end. Clones send the same signal.
#[derive(Debug, Clone)]
pub(crate) struct DrainSignal(Arc<watch::Sender<bool>>);

impl DrainSignal {
    /// A signal that is not sent yet.
    pub(crate) fn new() -> Self {
        DrainSignal(Arc::new(watch::Sender::new(false)))
    }

    /// Tells every stream to end.
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }

    /// A receiver for one stream.
    pub(crate) fn listen(&self) -> Drain {
        Drain(Some(self.0.subscribe()))
    }
}

/// The receiver: reports that the server of a call is stopping. The default value, for calls outside any
/// server, never reports a stop.
#[derive(Debug, Clone, Default)]
pub struct Drain(Option<watch::Receiver<bool>>);

impl Drain {
    /// Completes when the server begins to stop.
    pub async fn begun(&mut self) {
        match &mut self.0 {
            // An error means that the sender was dropped: the server is gone.
            Some(signal) => drop(signal.wait_for(|begun| *begun).await),
            None => std::future::pending().await,
        }
    }
}
