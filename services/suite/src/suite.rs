//! The four services on one data folder.
//!
//! Each service has a database of its own and knows the others only as peers. Here a peer is reached through a
//! connection inside the process; the code on both ends is what four processes run.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use csp_customer::CustomerService;
use csp_partner_registry::PartnerRegistry;
use csp_relationship::Relationship;
use csp_service::peers::{Customers, Registry, Relationships, Subscriptions};
use csp_service::{
    Book, Clock, ClockControl, Credentials, Fault, Gate, Ids, Incoming, LinkKey, Peer, Policy, ServeError,
    Services, in_process, refuse_non_loopback, serve, serve_in_process,
};
use csp_store::Config;
use csp_subscription::SubscriptionService;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};

use crate::background;

/// What a suite runs on.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of the databases, one file a service.
    pub data: PathBuf,
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

/// Why a suite could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A service's database.
    #[error("the database of {service}: {source}")]
    Store {
        /// The service.
        service: &'static str,
        /// What is wrong with it.
        source: csp_store::Error,
    },
    /// The contract's descriptors are damaged.
    #[error("the contract's descriptors are damaged: {0:?}")]
    Contract(Fault),
}

/// All four services. Clones are the same suite.
#[derive(Clone)]
pub struct Suite {
    settings: Settings,
    registry: PartnerRegistry,
    relationship: Relationship,
    customer: CustomerService,
    subscription: SubscriptionService,
    // Taken by the one call of `serve`.
    inside: Arc<Mutex<Option<Incoming>>>,
}

impl Suite {
    /// Opens the four databases and connects the services with each other. Nothing is served yet, and no call
    /// to a peer is answered before [`Suite::serve`].
    ///
    /// # Errors
    /// When a database cannot be opened or migrated.
    pub async fn open(settings: Settings) -> Result<Suite, OpenError> {
        let (channel, incoming) = in_process();
        let peer = |name| Peer::new(name, channel.clone());
        let registry = Registry::new(peer(csp_partner_registry::NAME));
        let relationships = Relationships::new(peer(csp_relationship::NAME));
        let customers = Customers::new(peer(csp_customer::NAME));
        let subscriptions = Subscriptions::new(peer(csp_subscription::NAME));
        let file = |service: &str| Config::sqlite(settings.data.join(format!("{service}.sqlite")));
        let (clock, ids, links) = (&settings.clock, &settings.ids, &settings.links);

        let opened = PartnerRegistry::open(
            file(csp_partner_registry::NAME),
            clock.clone(),
            ids.clone(),
            links.clone(),
            relationships.clone(),
        );
        let partner_registry = opened.await.map_err(failed(csp_partner_registry::NAME))?;
        let opened = Relationship::open(
            file(csp_relationship::NAME),
            clock.clone(),
            ids.clone(),
            links.clone(),
            registry.clone(),
            customers.clone(),
            subscriptions.clone(),
        );
        let relationship = opened.await.map_err(failed(csp_relationship::NAME))?;
        let opened = CustomerService::open(
            file(csp_customer::NAME),
            clock.clone(),
            ids.clone(),
            registry.clone(),
            relationships.clone(),
            subscriptions,
        );
        let customer = opened.await.map_err(failed(csp_customer::NAME))?;
        let opened = SubscriptionService::open(
            file(csp_subscription::NAME),
            clock.clone(),
            ids.clone(),
            registry,
            relationships,
            customers,
            csp_subscription::Settings { require_reseller: settings.require_reseller },
        );
        let subscription = opened.await.map_err(failed(csp_subscription::NAME))?;
        Ok(Suite {
            settings,
            registry: partner_registry,
            relationship,
            customer,
            subscription,
            inside: Arc::new(Mutex::new(Some(incoming))),
        })
    }

    /// Serves until `shutdown` completes, then drains and flushes. A suite is served once; a second call
    /// serves clients but has no way between its services.
    ///
    /// # Errors
    /// When the address is no loopback address or cannot be listened on, or the transport fails.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), ServeError> {
        // Whoever opens the listener: development credentials are never accepted from elsewhere.
        refuse_non_loopback(listener.local_addr()?)?;
        // The way between the services outlives the public one: calls at work still need it.
        let (stop_inside, mut inside_stops) = watch::channel(false);
        let stopped = async move { drop(inside_stops.wait_for(|stop| *stop).await) };
        let inside = tokio::spawn(self.clone().serve_inside(stopped));
        let background = background::start(self);
        let gate = self.gate(Credentials::Development)?;
        let served = serve(listener, self.public(), gate, shutdown).await;
        background.stop().await;
        stop_inside.send_replace(true);
        if let Err(error) = inside.await {
            tracing::error!(%error, "the way between the services broke down");
        }
        self.close().await;
        served
    }

    /// What the suite runs on.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The partner registry.
    pub fn registry(&self) -> &PartnerRegistry {
        &self.registry
    }

    /// The relationship service.
    pub fn relationship(&self) -> &Relationship {
        &self.relationship
    }

    /// The customer service.
    pub fn customer(&self) -> &CustomerService {
        &self.customer
    }

    /// The books of all services, in the order of the house.
    pub fn books(&self) -> [&Book; 4] {
        [self.registry.book(), self.relationship.book(), self.customer.book(), self.subscription.book()]
    }

    async fn serve_inside(self, shutdown: impl Future<Output = ()>) {
        let Some(incoming) = self.inside.lock().await.take() else {
            tracing::error!("a suite is served once");
            return;
        };
        let services = self
            .public()
            .with(self.registry.internal())
            .with(self.relationship.internal())
            .with(self.customer.internal())
            .with(self.subscription.internal());
        let served = match self.gate(Credentials::Internal) {
            Ok(gate) => serve_in_process(incoming, services, gate, shutdown).await,
            Err(error) => Err(error),
        };
        if let Err(error) = served {
            tracing::error!(%error, "the way between the services broke down");
        }
    }

    fn public(&self) -> Services {
        let books = self.books().into_iter().cloned().collect();
        Services::new()
            .with(self.registry.public())
            .with(self.relationship.public())
            .with(self.customer.public())
            .with(self.subscription.public())
            .with(csp_proto::policy::v1::policy_service_server::PolicyServiceServer::new(Policy::new(books)))
            .with(csp_proto::clock::v1::clock_service_server::ClockServiceServer::new(ClockControl::new(
                self.settings.clock.clone(),
            )))
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

fn failed(service: &'static str) -> impl Fn(csp_store::Error) -> OpenError {
    move |source| OpenError::Store { service, source }
}
