//! The four services by name, and an opened service.

use std::fmt;

use clap::ValueEnum;
use csp_customer::CustomerService;
use csp_partner_registry::PartnerRegistryService;
use csp_relationship::RelationshipService;
use csp_service::peers::{Customers, Registry, Relationships, Subscriptions};
use csp_service::{Book, Clock, Fault, Ids, LinkKey, Peer, Services};
use csp_store::{Config, Migration, Store};
use csp_subscription::SubscriptionService;
use tonic::transport::Channel;

/// A service of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub enum Service {
    /// Companies, partner accounts, enrolment, partner agreements, users, provider directory, claims of
    /// unique values
    PartnerRegistry,
    /// Partnerships, reseller relationships, admin grants, invitations
    Relationship,
    /// Customers, their agreements, setup information, operations that create a customer across services
    Customer,
    /// Offers, carts, orders, subscriptions
    Subscription,
}

impl Service {
    /// The four services, in the order in which the suite lists them everywhere.
    pub const ALL: [Service; 4] =
        [Service::PartnerRegistry, Service::Relationship, Service::Customer, Service::Subscription];

    /// The service's name, for example `partner-registry`.
    pub fn name(self) -> &'static str {
        match self {
            Service::PartnerRegistry => csp_partner_registry::NAME,
            Service::Relationship => csp_relationship::NAME,
            Service::Customer => csp_customer::NAME,
            Service::Subscription => csp_subscription::NAME,
        }
    }

    /// The migrations of the service's database, oldest first.
    pub fn migrations(self) -> &'static [Migration] {
        match self {
            Service::PartnerRegistry => csp_partner_registry::SCHEMA,
            Service::Relationship => csp_relationship::SCHEMA,
            Service::Customer => csp_customer::SCHEMA,
            Service::Subscription => csp_subscription::SCHEMA,
        }
    }

    /// Every SQL statement that the service runs on its own tables, as sent to the database.
    pub fn statements(self) -> Vec<String> {
        match self {
            Service::PartnerRegistry => csp_partner_registry::statements(),
            Service::Relationship => csp_relationship::statements(),
            Service::Customer => csp_customer::statements(),
            Service::Subscription => csp_subscription::statements(),
        }
    }

    /// Opens the service's database, runs the missing migrations if the configuration asks for them, and
    /// closes it.
    ///
    /// # Errors
    /// The errors of [`Store::open`].
    pub async fn migrate(self, database: Config) -> Result<(), csp_store::Error> {
        Store::open(database, self.name(), self.migrations()).await?.close().await
    }
}

impl fmt::Display for Service {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The clients by which each service calls the others.
#[derive(Debug, Clone)]
pub struct Peers {
    registry: Registry,
    relationships: Relationships,
    customers: Customers,
    subscriptions: Subscriptions,
}

impl Peers {
    /// Clients over the channels that `way` returns for each service.
    pub fn new(way: impl Fn(Service) -> Channel) -> Self {
        let peer = |service: Service| Peer::new(service.name(), way(service));
        Peers {
            registry: Registry::new(peer(Service::PartnerRegistry)),
            relationships: Relationships::new(peer(Service::Relationship)),
            customers: Customers::new(peer(Service::Customer)),
            subscriptions: Subscriptions::new(peer(Service::Subscription)),
        }
    }
}

/// The dependencies that every service is opened with.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) links: LinkKey,
    pub(crate) peers: Peers,
    pub(crate) require_reseller: bool,
}

/// A service, opened on its database. Clones share the service.
#[derive(Debug, Clone)]
pub(crate) enum Opened {
    PartnerRegistry(PartnerRegistryService),
    Relationship(RelationshipService),
    Customer(CustomerService),
    Subscription(SubscriptionService),
}

impl Opened {
    pub(crate) async fn open(
        service: Service,
        database: Config,
        around: Surroundings,
    ) -> Result<Self, csp_store::Error> {
        let Surroundings { clock, ids, links, peers, require_reseller } = around;
        let Peers { registry, relationships, customers, subscriptions } = peers;
        Ok(match service {
            Service::PartnerRegistry => Opened::PartnerRegistry(
                PartnerRegistryService::open(database, clock, ids, links, relationships).await?,
            ),
            Service::Relationship => Opened::Relationship(
                RelationshipService::open(database, clock, ids, links, registry, customers, subscriptions)
                    .await?,
            ),
            Service::Customer => Opened::Customer(
                CustomerService::open(database, clock, ids, registry, relationships, subscriptions).await?,
            ),
            Service::Subscription => {
                let settings = csp_subscription::Settings { require_reseller };
                let opened = SubscriptionService::open(
                    database,
                    clock,
                    ids,
                    registry,
                    relationships,
                    customers,
                    settings,
                );
                Opened::Subscription(opened.await?)
            }
        })
    }

    /// Adds the service's RPCs for callers from outside.
    pub(crate) fn mount_public(&self, services: Services) -> Services {
        match self {
            Opened::PartnerRegistry(service) => services.with(service.public()).with(service.regions()),
            Opened::Relationship(service) => services.with(service.public()),
            Opened::Customer(service) => services.with(service.public()).with(service.operations()),
            Opened::Subscription(service) => services.with(service.public()),
        }
    }

    /// Adds the service's RPCs for other services.
    pub(crate) fn mount_internal(&self, services: Services) -> Services {
        match self {
            Opened::PartnerRegistry(service) => services.with(service.internal()),
            Opened::Relationship(service) => services.with(service.internal()),
            Opened::Customer(service) => services.with(service.internal()),
            Opened::Subscription(service) => services.with(service.internal()),
        }
    }

    pub(crate) fn book(&self) -> &Book {
        match self {
            Opened::PartnerRegistry(service) => service.book(),
            Opened::Relationship(service) => service.book(),
            Opened::Customer(service) => service.book(),
            Opened::Subscription(service) => service.book(),
        }
    }

    /// Resumes the work that an earlier process left unfinished: the customer service's operations that
    /// create a customer, and the relationship service's abandoned ends of relationships. Items run one after
    /// the other; none starts once `goes_on` returns false.
    ///
    /// # Errors
    /// [`Fault::StoreUnavailable`] when the database does not answer.
    pub(crate) async fn resume_unfinished_work(&self, goes_on: impl Fn() -> bool) -> Result<(), Fault> {
        match self {
            Opened::Customer(service) => service.resume_operations(goes_on).await.map(drop),
            Opened::Relationship(service) => service.reopen_abandoned(goes_on).await.map(drop),
            Opened::PartnerRegistry(_) | Opened::Subscription(_) => Ok(()),
        }
    }
}
