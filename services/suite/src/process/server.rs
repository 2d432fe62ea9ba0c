//! A process that serves: its checks and set-up before a database is opened, and its end by a signal.

use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::task::Poll;

use csp_service::{Clock, Ids, LinkKey, ServeError, refuse_non_loopback, telemetry};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::failure::Failure;
use crate::process::service::Service;
use crate::process::suite::{Elsewhere, Inside, Settings, Suite};

/// Name of the file in the data folder that holds the key of invitation links.
const LINK_KEY_FILE: &str = "link.key";

/// The parts that a process shares among its services.
pub(crate) struct Process {
    clock: Clock,
    ids: Ids,
    links: LinkKey,
}

impl Process {
    /// Checks that the process may start, sets up the log, creates the data folder, and opens or creates the
    /// key of invitation links.
    ///
    /// # Errors
    /// [`Failure::Usage`] outside development mode, or when the log, the folder or the key cannot be set up;
    /// [`Failure::Serve`] when the address to listen on is not a loopback address.
    pub(crate) fn prepare(config: &Config, clock: Clock) -> Result<Process, Failure> {
        if !config.is_development() {
            let problem = "only development mode exists so far; pass --dev, or set `development` to true \
                 (loopback only, anybody can mint credentials)";
            return Err(Failure::Usage(problem.to_owned()));
        }
        refuse_non_loopback(config.listen())?;
        let (filter, format) = config.log();
        telemetry::init(filter, format).map_err(|error| Failure::Usage(error.to_string()))?;
        // Only the owner may read the folder: mails wait in the databases, and their links carry tokens.
        let data = config.data();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(data)
            .map_err(|error| Failure::Usage(format!("the data folder `{}`: {error}", data.display())))?;
        let ids = Ids::random().map_err(|error| Failure::Usage(format!("no randomness: {error}")))?;
        let links = LinkKey::open(&data.join(LINK_KEY_FILE), &ids)
            .map_err(|error| Failure::Usage(format!("the key of invitation links: {error}")))?;
        Ok(Process { clock, ids, links })
    }

    /// The settings for a suite of these databases.
    pub(crate) fn settings(
        &self,
        config: &Config,
        databases: BTreeMap<Service, csp_store::Config>,
        elsewhere: Elsewhere,
    ) -> Settings {
        Settings {
            deployment: config.deployment().to_owned(),
            databases,
            elsewhere,
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            links: self.links.clone(),
            require_reseller: config.require_reseller(),
            rules_page: config.rules_page().to_owned(),
            print_mails: true,
            journal_retention: config.journal_retention(),
        }
    }

    /// Serves until SIGTERM or SIGINT, then drains. `what` names the process in the log.
    pub(crate) async fn serve(
        self,
        config: &Config,
        suite: Suite,
        inside: Inside,
        what: &str,
    ) -> Result<(), Failure> {
        // Signals are caught before the log says that the process is up: a reader of that line may send one
        // at once.
        let told_to_stop = told_to_stop();
        let listener = listen(config.listen()).await?;
        tracing::info!(address = %config.listen(), "{what} is up (development mode)");
        suite.serve(listener, inside, told_to_stop).await?;
        tracing::info!("{what} has stopped");
        Ok(())
    }
}

/// Listens on the address.
///
/// # Errors
/// [`ServeError::Listen`].
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// Catches SIGTERM and SIGINT from this call on. The future completes at the first of them.
pub(crate) fn told_to_stop() -> impl Future<Output = ()> + Send {
    let caught = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    async move {
        let mut caught = caught.into_iter().flatten().collect::<Vec<_>>();
        std::future::poll_fn(|context| {
            let is_told = caught.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if is_told { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}
