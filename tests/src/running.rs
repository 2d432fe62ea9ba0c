//! A whole suite to test against, behind real sockets: in this process on SQLite, or in the shape that
//! `CSP_TEST_SHAPE` names.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use csp_proto::sandbox::v1::SetClockRequest;
use csp_proto::sandbox::v1::clock_service_client::ClockServiceClient;
use csp_service::{Clock, Ids, LinkKey};
use csp_suite::config::DEPLOYMENT_DEFAULT;
use csp_suite::service::Service;
use csp_suite::suite::{Elsewhere, Inside, Settings, Suite};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

use crate::apart::Apart;
use crate::databases::Databases;
use crate::peer_proxy::{Doors, Lies};
use crate::process::{self, Place, Process};
use crate::switches::{CLOCK, SHAPE};
use crate::{Detour, Party, Route};

/// The instant at which a test begins, unless the test names another one.
pub(crate) const START: &str = "2026-11-21T12:00:00Z";

/// How a suite is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// All four services in one process, on SQLite.
    OnSqlite,
    /// All four services in one process, on PostgreSQL.
    OnPostgres,
    /// Four processes on PostgreSQL.
    FourProcesses,
}

impl Shape {
    /// The shape that `CSP_TEST_SHAPE` names; [`Shape::OnSqlite`] by default.
    pub fn asked_for() -> Self {
        match SHAPE.value::<String>().as_deref() {
            None | Some("sqlite") => Shape::OnSqlite,
            Some("postgres") => Shape::OnPostgres,
            Some("processes") => Shape::FourProcesses,
            Some(other) => panic!("{} cannot be `{other}`: {}", SHAPE.name, SHAPE.meaning),
        }
    }
}

/// A running suite. Its clock stands still until a test moves it, except with [`Running::processes_of`].
pub struct Running {
    /// The clock of a suite in this process. For a suite of processes this is a copy of their clocks, which
    /// only [`Running::set_clock`] moves together with them.
    pub clock: Clock,
    way: Route,
    house: House,
    databases: Databases,
}

enum House {
    Here { suite: Box<Suite>, address: SocketAddr, stop: oneshot::Sender<()>, served: JoinHandle<()> },
    Apart(Apart),
    Processes(BTreeMap<Service, Process>),
}

impl Running {
    /// Starts an empty suite in the shape that `CSP_TEST_SHAPE` names.
    pub async fn start() -> Running {
        Self::start_as(Shape::asked_for(), START).await
    }

    /// Starts an empty suite in the shape that `CSP_TEST_SHAPE` names, with its clock at `instant`.
    pub async fn start_at(instant: &str) -> Running {
        Self::start_as(Shape::asked_for(), instant).await
    }

    /// Starts an empty suite in this shape, with its clock at `instant`.
    pub async fn start_as(shape: Shape, instant: &str) -> Running {
        match shape {
            Shape::OnSqlite => Self::here(Databases::sqlite(), instant.parse().unwrap(), 1).await,
            Shape::OnPostgres => Self::here(Databases::postgres().await, instant.parse().unwrap(), 1).await,
            Shape::FourProcesses => {
                let csp = || {
                    let mut csp = process::csp();
                    csp.env(CLOCK.name, instant);
                    csp
                };
                let clock = Clock::starting_at(instant.parse().unwrap());
                Self::processes(Databases::postgres().await, csp, clock).await
            }
        }
    }

    /// Starts a suite in this process on these databases. Suites with different seeds make different ids.
    pub async fn start_on(databases: Databases, seed: u64) -> Running {
        Self::here(databases, START.parse().unwrap(), seed).await
    }

    /// Stops the suite and starts it again on the same databases, in this process.
    pub async fn restart(self) -> Running {
        let now = self.clock.now();
        Self::here(self.stop().await, now, 2).await
    }

    /// Stops the suite; returns its databases. A suite in this process drains first, processes are killed.
    pub async fn stop(self) -> Databases {
        match self.house {
            House::Here { stop, served, .. } => {
                drop(stop);
                served.await.unwrap();
            }
            House::Apart(apart) => apart.stop().await,
            House::Processes(_) => {}
        }
        self.databases
    }

    /// The same suite, with every call of its parties made by `detour`.
    #[must_use]
    pub fn by_detour(self, detour: Detour) -> Running {
        Running { way: self.way.by_detour(detour), ..self }
    }

    /// The operator.
    pub fn operator(&self) -> Party {
        Party::operator(self.way.clone())
    }

    /// A person of the partner with this tenant, with every role.
    pub fn partner(&self, tenant: &str) -> Party {
        Party::partner(self.way.clone(), tenant, &crate::party::ALL_ROLES)
    }

    /// A global admin of the customer with this tenant.
    pub fn customer(&self, tenant: &str) -> Party {
        Party::customer(self.way.clone(), tenant)
    }

    /// A person of the customer with this tenant, without a role.
    pub fn customer_user(&self, tenant: &str) -> Party {
        Party::customer_user(self.way.clone(), tenant)
    }

    /// The public address of a suite that runs whole in this process.
    pub fn address(&self) -> SocketAddr {
        match &self.house {
            House::Here { address, .. } => *address,
            _ => panic!("services that run apart have no common address"),
        }
    }

    /// A connection without a credential to a suite that runs whole in this process.
    pub fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address())).unwrap().connect_lazy()
    }

    /// A connection without a credential to a service, wherever the service runs.
    pub fn channel_to(&self, service: Service) -> Channel {
        self.way.by(service).of_path("")
    }

    /// The suite itself, if the whole suite runs in this process, for access to its databases.
    pub fn suite(&self) -> &Suite {
        self.suite_here().expect("the stores of services that run apart cannot be reached from here")
    }

    /// The suite itself, if the whole suite runs in this process.
    pub(crate) fn suite_here(&self) -> Option<&Suite> {
        match &self.house {
            House::Here { suite, .. } => Some(suite),
            _ => None,
        }
    }

    /// Sets the suite's clock, wherever the suite runs.
    pub async fn set_clock(&self, instant: &str) {
        let now: Timestamp = instant.parse().unwrap();
        self.clock.set(now).unwrap();
        if let House::Processes(_) = &self.house {
            for service in Service::ALL {
                let time =
                    prost_types::Timestamp { seconds: now.as_second(), nanos: now.subsec_nanosecond() };
                let mut clock = ClockServiceClient::new(self.operator().connection_to(service));
                clock.set_clock(SetClockRequest { time: Some(time) }).await.unwrap();
            }
        }
    }

    /// The process id of each service; empty unless each service has a process of its own.
    pub fn process_ids(&self) -> BTreeMap<Service, u32> {
        match &self.house {
            House::Processes(running) => {
                running.iter().map(|(service, process)| (*service, process.id())).collect()
            }
            _ => BTreeMap::new(),
        }
    }

    /// The first 100 mails that wait in the registry's outbox.
    pub async fn mails(&self) -> Vec<csp_store::outbox::Mail> {
        let registry = self.suite().book(Service::PartnerRegistry).unwrap();
        csp_store::outbox::pending(&mut registry.store.read().await.unwrap(), 100).await.unwrap()
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.databases.folder()
    }

    /// The databases of the services.
    pub fn databases(&self) -> &Databases {
        &self.databases
    }

    async fn here(databases: Databases, now: Timestamp, seed: u64) -> Running {
        let configs = Service::ALL.map(|service| (service, databases.of(service))).into();
        Self::on(databases, configs, now, seed).await
    }

    /// A suite in this process that opens its databases with `configs`.
    pub async fn on(
        databases: Databases,
        configs: BTreeMap<Service, csp_store::Config>,
        now: Timestamp,
        seed: u64,
    ) -> Running {
        let clock = Clock::starting_at(now);
        let settings = Settings {
            deployment: DEPLOYMENT_DEFAULT.to_owned(),
            databases: configs,
            elsewhere: Elsewhere::Nowhere,
            clock: clock.clone(),
            ids: Ids::seeded(seed),
            links: LinkKey::new(&[7; 32]),
            require_reseller: true,
            rules_page: csp_service::RULES_PAGE_DEFAULT.to_owned(),
            print_mails: false,
            journal_retention: None,
        };
        let suite = Suite::open(settings).await.unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = suite.clone();
        let served = tokio::spawn(async move {
            serving.serve(listener, Inside::Process, async { drop(stopped.await) }).await.unwrap();
        });
        let house = House::Here { suite: Box::new(suite), address, stop, served };
        Running { clock, way: Route::to(address), house, databases }
    }

    /// The four services in this process, connected as four processes are, with a proxy in front of each that
    /// follows `lies` and `doors`.
    pub async fn apart(databases: Databases, lies: Lies, doors: &Doors) -> Running {
        let clock = Clock::starting_at(START.parse().unwrap());
        let (apart, way) = Apart::start(&databases, &clock, lies, doors).await;
        Running { clock, way, house: House::Apart(apart), databases }
    }

    /// Four processes of the binary `csp` on these databases, with the system's clock, as users run them.
    pub async fn processes_of(databases: Databases, csp: &Path) -> Running {
        Self::processes(databases, || process::command(csp), Clock::system()).await
    }

    async fn processes(databases: Databases, csp: impl Fn() -> Command, clock: Clock) -> Running {
        let places: BTreeMap<_, _> = Service::ALL.map(|service| (service, Place::of_its_own())).into();
        let mut running = BTreeMap::new();
        for service in Service::ALL {
            let url = databases.on_server(service).unwrap().url();
            let data = databases.folder().join(service.name());
            running.insert(service, Process::serve_by(csp(), service, &url, &data, &places).await);
        }
        let public = places.iter().map(|(service, place)| (*service, place.public)).collect();
        Running { clock, way: Route::to_each(&public), house: House::Processes(running), databases }
    }
}
