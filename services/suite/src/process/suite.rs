//! The services of one process: all four, or one of them.
//!
//! Each service has its own database and calls the others only as peers, through gRPC clients. In a process
//! that runs all four, these clients use a connection inside the process. Client and server code are the same
//! as in four processes.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use csp_proto::feed::v1::feed_service_server::FeedServiceServer;
use csp_proto::policy::v1::policy_service_server::PolicyServiceServer;
use csp_proto::sandbox::v1::clock_service_server::ClockServiceServer;
use csp_service::feed::Feed;
use csp_service::limits::DRAIN_MAX;
use csp_service::{
    Book, Clock, ClockControl, Credentials, Gate, Health, Ids, Incoming, LinkKey, Policy, ServeError,
    Services, in_process, reach, refuse_non_loopback, serve, serve_in_process,
};
use csp_store::{CLOSE_WAIT_MAX, Config};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tonic::transport::{Channel, Uri};

use crate::process::background::{self, Work};
use crate::process::service::{Opened, Peers, Service, Surroundings};

/// The longest time that a process with one service takes to stop. In order: drain the public listener, end
/// the background work, drain the internal listener, write the queued refusals to the database, close its
/// connections.
pub const STOP_MAX: Duration = DRAIN_MAX
    .saturating_add(background::STOP_WAIT_MAX)
    .saturating_add(DRAIN_MAX)
    .saturating_add(CLOSE_WAIT_MAX)
    .saturating_add(CLOSE_WAIT_MAX);

/// The settings of the services of a process.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name of the deployment, in the source of every event.
    pub deployment: String,
    /// The services that the process runs, each with its database.
    pub databases: BTreeMap<Service, Config>,
    /// The addresses of the services that the process does not run.
    pub elsewhere: Elsewhere,
    /// The clock of every decision and timestamp.
    pub clock: Clock,
    /// The source of ids and secrets.
    pub ids: Ids,
    /// The key from which invitation links are derived.
    pub links: LinkKey,
    /// Whether a provider's order must name its reseller (rule SAL-01).
    pub require_reseller: bool,
    /// URL of the page of rules that refusals link to.
    pub rules_page: String,
    /// Whether mails are printed to the log. Mails that are not printed wait in the outbox for a relay.
    pub print_mails: bool,
    /// The time for which journal entries are kept; `None` keeps them for ever.
    pub journal_retention: Option<Duration>,
}

/// The addresses of the services that a process does not run.
#[derive(Debug, Clone)]
pub enum Elsewhere {
    /// There are no other addresses: this process runs all four services.
    Nowhere,
    /// The internal listeners of the other services.
    At(BTreeMap<Service, Uri>),
}

/// Why the services could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database of a service could not be opened or migrated.
    #[error("the database of {service}: {source}")]
    Store {
        /// The service.
        service: Service,
        /// The error of the database.
        source: csp_store::Error,
    },
}

/// The way by which the services reach each other's internal RPCs.
#[derive(Debug)]
pub enum Inside {
    /// The services use connections inside the process: there are no other processes.
    Process,
    /// The services use this listener, which trusts every connection: a client can pass on any caller's
    /// identity.
    Listener(TcpListener),
}

/// The services of a process. Clones share the services.
#[derive(Clone)]
pub struct Suite {
    settings: Settings,
    opened: Vec<Opened>,
    // The listener inside the process; `serve` takes it, so it can be served once.
    inside: Arc<Mutex<Option<Incoming>>>,
}

impl Suite {
    /// Opens the databases and connects the services with their peers. Serves nothing yet: a call to a peer
    /// inside the process gets its answer only after [`Suite::serve`] has started.
    ///
    /// # Errors
    /// [`OpenError::Store`] when a database cannot be opened or migrated.
    pub async fn open(settings: Settings) -> Result<Suite, OpenError> {
        let (inside, incoming) = in_process();
        let peers = Peers::new(|service| settings.elsewhere.way(service, &inside));
        let around = Surroundings {
            clock: settings.clock.clone(),
            ids: settings.ids.clone(),
            links: settings.links.clone(),
            peers,
            require_reseller: settings.require_reseller,
        };
        let mut opened = Vec::new();
        for (service, database) in &settings.databases {
            let open = Opened::open(*service, database.clone(), around.clone());
            let open = open.await.map_err(|source| OpenError::Store { service: *service, source });
            opened.push(open?);
        }
        Ok(Suite { settings, opened, inside: Arc::new(Mutex::new(Some(incoming))) })
    }

    /// Serves until `shutdown` completes, then drains the calls in flight and closes the databases. Call it
    /// once per suite.
    ///
    /// # Errors
    /// [`ServeError`] when an address is not a loopback address, or the transport fails.
    pub async fn serve(
        &self,
        listener: TcpListener,
        inside: Inside,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), ServeError> {
        // Checked here as well, since any code can pass a listener. As long as there is no real identity,
        // neither development credentials nor a caller that a peer passes on can be trusted from another
        // machine.
        refuse_non_loopback(listener.local_addr()?)?;
        if let Inside::Listener(listener) = &inside {
            refuse_non_loopback(listener.local_addr()?)?;
        }
        // The internal listener stops after the public one: calls in flight still need their peers.
        let (stop_inside, mut inside_stops) = watch::channel(false);
        let stopped = async move { drop(inside_stops.wait_for(|stop| *stop).await) };
        let inside = tokio::spawn(self.clone().serve_inside(inside, stopped));
        let background = background::start(&self.work());
        let gate = self.gate(Credentials::Development)?;
        let health = Health::of(self.books().cloned().collect());
        let served = serve(listener, self.public(), gate, health, shutdown).await;
        background.stop().await;
        stop_inside.send_replace(true);
        if let Err(error) = inside.await {
            tracing::error!(%error, "the internal listener panicked; peers could not reach this process");
        }
        self.close().await;
        served
    }

    /// The settings that the suite was opened with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The [`Book`] of each service that this process runs, in the order of [`Service::ALL`].
    pub fn books(&self) -> impl Iterator<Item = &Book> {
        self.opened.iter().map(Opened::book)
    }

    /// The [`Book`] of `service`; `None` when this process does not run the service.
    pub fn book(&self, service: Service) -> Option<&Book> {
        self.books().find(|book| book.service == service.name())
    }

    /// The input of the background work.
    pub(crate) fn work(&self) -> Work {
        Work {
            opened: self.opened.clone(),
            print_mails: self.settings.print_mails,
            journal_retention: self.settings.journal_retention,
        }
    }

    async fn serve_inside(self, inside: Inside, shutdown: impl Future<Output = ()>) {
        let served = match (self.gate(Credentials::Internal), inside) {
            (Ok(gate), Inside::Process) => match self.inside.lock().await.take() {
                Some(incoming) => serve_in_process(incoming, self.internal(), gate, shutdown).await,
                None => return tracing::error!("the suite is served already; call `serve` once per suite"),
            },
            (Ok(gate), Inside::Listener(listener)) => {
                let health = Health::of(self.books().cloned().collect());
                serve(listener, self.internal(), gate, health, shutdown).await
            }
            (Err(error), _) => Err(error),
        };
        if let Err(error) = served {
            tracing::error!(%error, "internal listener failed; restart the process: peers cannot reach it");
        }
    }

    fn public(&self) -> Services {
        let books: Vec<Book> = self.books().cloned().collect();
        let services = self.opened.iter().fold(Services::new(), |mounted, one| one.mount_public(mounted));
        services
            .with(PolicyServiceServer::new(Policy::new(books.clone())))
            .with(FeedServiceServer::new(Feed::new(books, &self.settings.deployment)))
            .with(ClockServiceServer::new(ClockControl::new(self.settings.clock.clone())))
    }

    /// The RPCs for other services: the internal ones, and the public ones, which a service calls on behalf
    /// of its own caller. Mount them only on a listener that nobody but services can reach.
    pub fn internal(&self) -> Services {
        self.opened.iter().fold(self.public(), |mounted, one| one.mount_internal(mounted))
    }

    fn gate(&self, credentials: Credentials) -> Result<Gate, ServeError> {
        let gate = Gate::try_new(credentials, self.settings.clock.clone(), self.settings.ids.clone());
        let gate = gate.map_err(|fault| ServeError::Contract(format!("{fault:?}")))?;
        Ok(gate.with_rules_page(&self.settings.rules_page))
    }

    async fn close(&self) {
        for book in self.books() {
            if let Err(error) = book.store.close().await {
                tracing::error!(service = book.service, %error, "the database was not closed cleanly");
            }
        }
    }
}

impl Elsewhere {
    fn way(&self, service: Service, inside: &Channel) -> Channel {
        match self {
            Elsewhere::Nowhere => inside.clone(),
            // A service without an address gets the channel inside the process, where no such service
            // answers.
            Elsewhere::At(places) => {
                places.get(&service).map_or_else(|| inside.clone(), |place| reach(place.clone()))
            }
        }
    }
}
