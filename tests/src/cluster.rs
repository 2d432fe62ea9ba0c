//! The suite as processes that tests can kill and start again, one by one, on the same databases.

use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::time::Duration;

use csp_proto::sandbox::v1::SetClockRequest;
use csp_proto::sandbox::v1::clock_service_client::ClockServiceClient;
use csp_store::Database;
use csp_suite::service::Service;
use jiff::Timestamp;
use tokio::process::Command;
use tokio::task::JoinSet;

use crate::databases::Databases;
use crate::process::{self, Place, Process};
use crate::{Party, Route};

/// How the services are spread over processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `csp up`: all services in one process, on SQLite files.
    One,
    /// `csp serve`: each service in a process of its own.
    Four,
}

/// The processes of a suite. A process that is started again keeps its addresses.
#[derive(Debug)]
pub struct Cluster {
    layout: Layout,
    databases: Databases,
    places: BTreeMap<Service, Place>,
    running: BTreeMap<Service, Process>,
}

impl Cluster {
    /// Starts the processes on migrated databases, with their clocks standing at `clock`.
    pub async fn start(databases: Databases, layout: Layout, clock: &str) -> Cluster {
        let places = Service::ALL.map(|service| (service, Place::of_its_own())).into();
        let mut cluster = Cluster { layout, databases, places, running: BTreeMap::new() };
        cluster.start_missing(clock).await;
        cluster
    }

    /// The processes, each identified by a service: the only process of [`Layout::One`] by the partner
    /// registry.
    pub fn members(&self) -> &'static [Service] {
        match self.layout {
            Layout::One => &[Service::PartnerRegistry],
            Layout::Four => &Service::ALL,
        }
    }

    /// The route to all processes, running or not.
    pub fn way(&self) -> Route {
        match self.layout {
            Layout::One => Route::to(self.places[&Service::PartnerRegistry].public),
            Layout::Four => {
                Route::to_each(&self.places.iter().map(|(service, place)| (*service, place.public)).collect())
            }
        }
    }

    /// The addresses of a process.
    pub fn place(&self, member: Service) -> Place {
        self.places[&member]
    }

    /// The databases of the services.
    pub fn databases(&self) -> &Databases {
        &self.databases
    }

    /// Sends SIGKILL to these processes, one after the other. The rest of the processes go on.
    pub async fn kill(&mut self, members: &[Service]) {
        for member in members {
            if let Some(process) = self.running.remove(member) {
                process.kill().await;
            }
        }
    }

    /// Starts the processes that are not running, with their clocks standing at `clock`.
    pub async fn start_missing(&mut self, clock: &str) {
        let mut starting = JoinSet::new();
        for member in self.members() {
            if !self.running.contains_key(member) {
                let start = Process::start(self.command(*member, clock));
                let member = *member;
                starting.spawn(async move { (member, start.await) });
            }
        }
        self.running.extend(starting.join_all().await);
    }

    /// Sets the clocks of all processes to `now`, cut to whole seconds.
    pub async fn set_clock(&self, now: Timestamp) {
        for member in self.members() {
            let operator = Party::operator(self.way().by(*member));
            let time = Some(prost_types::Timestamp { seconds: now.as_second(), nanos: 0 });
            let mut clock = ClockServiceClient::new(operator.connection());
            clock.set_clock(SetClockRequest { time }).await.unwrap();
        }
    }

    /// Sends SIGTERM to all processes at once; returns the databases and the exit statuses.
    pub async fn stop(self) -> (Databases, Vec<ExitStatus>) {
        let mut stopping = JoinSet::new();
        for process in self.running.into_values() {
            stopping.spawn(process.stop());
        }
        (self.databases, stopping.join_all().await)
    }

    /// Starts the processes that are not running and kills each of them `after` that time, however far its
    /// start has come. Returns how many were up by then.
    pub async fn cut_starts_off(&mut self, clock: &str, after: Duration) -> usize {
        let missing = self.members().iter().filter(|member| !self.running.contains_key(member));
        let cut_off = missing.map(|member| Process::start_cut_off(self.command(*member, clock), after));
        let were_up: JoinSet<bool> = cut_off.collect();
        were_up.join_all().await.into_iter().filter(|was_up| *was_up).count()
    }

    fn command(&self, member: Service, clock: &str) -> Command {
        let folder = self.databases.folder();
        match self.layout {
            Layout::One => process::up(folder, self.places[&member].public, Some(clock)),
            Layout::Four => {
                let url = url_of(&self.databases.of(member).database);
                let data = folder.join(member.name());
                process::serve(process::csp(), member, &url, &data, &self.places, Some(clock))
            }
        }
    }
}

/// The URL of a database, as a configuration names it.
pub fn url_of(database: &Database) -> String {
    match database {
        Database::Sqlite(path) => format!("sqlite:{}", path.display()),
        Database::Postgres(url) => url.clone(),
    }
}
