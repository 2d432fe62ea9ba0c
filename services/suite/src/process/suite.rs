//! The services of one process: all four, or one of them.
//!
//! Each service has a database of its own and knows the others only as peers. In a process that runs all four, a
//! peer is reached through a connection inside the process; the code on both ends is what four processes run.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use csp_proto::clock::v1::clock_service_server::ClockServiceServer;
use csp_proto::policy::v1::policy_service_server::PolicyServiceServer;
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

/// How long a process with one service takes to stop, at most: calls at work, what runs beside them, the way between
/// the services, and the database – its refusals, then its connections.
pub const STOP_MAX: Duration = DRAIN_MAX
    .saturating_add(background::STOP_WAIT_MAX)
    .saturating_add(DRAIN_MAX)
    .saturating_add(CLOSE_WAIT_MAX)
    .saturating_add(CLOSE_WAIT_MAX);

/// What the services of a process run on.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which services, each on its database.
    pub databases: BTreeMap<Service, Config>,
    /// Where the others are.
    pub elsewhere: Elsewhere,
    /// The clock by which everything is decided.
    pub clock: Clock,
    /// Where ids and secrets come from.
    pub ids: Ids,
    /// The key from which invitation links are derived.
    pub links: LinkKey,
    /// Whether a provider's order must name its reseller (rule SAL-01).
    pub require_reseller: bool,
    /// Whether mails are delivered to the log; they wait in the outbox otherwise.
    pub print_mails: bool,
    /// How long journal entries are kept; for ever without.
    pub journal_retention: Option<Duration>,
}

/// Where the services are that a process does not run.
#[derive(Debug, Clone)]
pub enum Elsewhere {
    /// Nowhere: this process runs all four.
    Nowhere,
    /// Their internal listeners.
    At(BTreeMap<Service, Uri>),
}

/// Why the services could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A service's database.
    #[error("the database of {service}: {source}")]
    Store {
        /// The service.
        service: Service,
        /// What is wrong with it.
        source: csp_store::Error,
    },
}

/// How services of other processes reach those of this one.
#[derive(Debug)]
pub enum Inside {
    /// Not at all: there are none.
    Process,
    /// By this listener, which believes whoever reaches it.
    Listener(TcpListener),
}

/// The services of a process. Clones are the same.
#[derive(Clone)]
pub struct Suite {
    settings: Settings,
    opened: Vec<Opened>,
    // Taken by the one call of `serve`.
    inside: Arc<Mutex<Option<Incoming>>>,
}

impl Suite {
    /// Opens the databases and connects the services with their peers. Nothing is served yet, and no call to a
    /// peer inside the process is answered before [`Suite::serve`].
    ///
    /// # Errors
    /// When a database cannot be opened or migrated.
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

    /// Serves until `shutdown` completes, then drains and flushes. The services of a process are served once.
    ///
    /// # Errors
    /// When an address is no loopback address or cannot be listened on, or the transport fails.
    pub async fn serve(
        &self,
        listener: TcpListener,
        inside: Inside,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), ServeError> {
        // Whoever opens the listener: neither development credentials nor a passed-on caller are believed from
        // elsewhere, as long as there is no real identity.
        refuse_non_loopback(listener.local_addr()?)?;
        if let Inside::Listener(listener) = &inside {
            refuse_non_loopback(listener.local_addr()?)?;
        }
        // The way between the services outlives the public one: calls at work still need it.
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
            tracing::error!(%error, "the way between the services broke down");
        }
        self.close().await;
        served
    }

    /// What the services run on.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The books of the services, in the order of the house.
    pub fn books(&self) -> impl Iterator<Item = &Book> {
        self.opened.iter().map(Opened::book)
    }

    /// The book of one service, where this process runs it.
    pub fn book(&self, service: Service) -> Option<&Book> {
        self.books().find(|book| book.service == service.name())
    }

    /// What runs beside the calls.
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
                None => return tracing::error!("the services of a process are served once"),
            },
            (Ok(gate), Inside::Listener(listener)) => {
                let health = Health::of(self.books().cloned().collect());
                serve(listener, self.internal(), gate, health, shutdown).await
            }
            (Err(error), _) => Err(error),
        };
        if let Err(error) = served {
            tracing::error!(%error, "the way between the services broke down");
        }
    }

    fn public(&self) -> Services {
        let books = self.books().cloned().collect();
        let services = self.opened.iter().fold(Services::new(), |mounted, one| one.mount_public(mounted));
        services
            .with(PolicyServiceServer::new(Policy::new(books)))
            .with(ClockServiceServer::new(ClockControl::new(self.settings.clock.clone())))
    }

    /// What services reach: each other's public RPCs too, on behalf of their callers. For a listener that
    /// services alone reach.
    pub fn internal(&self) -> Services {
        self.opened.iter().fold(self.public(), |mounted, one| one.mount_internal(mounted))
    }

    fn gate(&self, credentials: Credentials) -> Result<Gate, ServeError> {
        let gate = Gate::try_new(credentials, self.settings.clock.clone(), self.settings.ids.clone());
        gate.map_err(|fault| ServeError::Listen(std::io::Error::other(format!("{fault:?}"))))
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
            // A service that is nowhere is asked inside the process, where nobody answers for it.
            Elsewhere::At(places) => {
                places.get(&service).map_or_else(|| inside.clone(), |place| reach(place.clone()))
            }
        }
    }
}
