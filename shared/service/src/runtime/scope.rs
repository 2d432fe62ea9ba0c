//! Which call the running task serves: what an error names beside its own variables.

use std::future::Future;

tokio::task_local! {
    static SERVED: Served;
}

/// The RPC that a task serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Served {
    /// Name of the service, for example `partner-registry`.
    pub(crate) service: &'static str,
    /// Bare name of the RPC.
    pub(crate) rpc: &'static str,
}

/// Runs `work` as part of the call `served`.
pub(crate) async fn serving<F: Future>(served: Served, work: F) -> F::Output {
    SERVED.scope(served, work).await
}

/// The call that this task serves; `None` outside any.
pub(crate) fn served() -> Option<Served> {
    SERVED.try_with(|served| *served).ok()
}
