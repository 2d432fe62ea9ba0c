//! The suite as processes that can be killed and started again, one by one, on what they wrote.

use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::time::Duration;

use csp_proto::clock::v1::SetClockRequest;
use csp_proto::clock::v1::clock_service_client::ClockServiceClient;
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
    /// `csp up`: all in one, on files.
    One,
    /// `csp serve`: each in its own.
    Four,
}

/// The processes of a suite; each keeps its addresses over all its lives.
#[derive(Debug)]
pub struct Cluster {
    layout: Layout,
    databases: Databases,
    places: BTreeMap<Service, Place>,
    running: BTreeMap<Service, Process>,
}

impl Cluster {
    /// Starts the processes on databases that are up to date, by a clock that stands at `clock`.
    pub async fn start(databases: Databases, layout: Layout, clock: &str) -> Cluster {
        let places = Service::ALL.map(|service| (service, Place::of_its_own())).into();
        let mut cluster = Cluster { layout, databases, places, running: BTreeMap::new() };
        cluster.start_missing(clock).await;
        cluster
    }

    /// The processes, each by the service that it is named after.
    pub fn members(&self) -> &'static [Service] {
        match self.layout {
            Layout::One => &[Service::PartnerRegistry],
            Layout::Four => &Service::ALL,
        }
    }

    /// The way to all of them, whichever is running.
    pub fn way(&self) -> Route {
        match self.layout {
            Layout::One => Route::to(self.places[&Service::PartnerRegistry].public),
            Layout::Four => {
                Route::to_each(&self.places.iter().map(|(service, place)| (*service, place.public)).collect())
            }
        }
    }

    /// Where callers from outside reach a process.
    pub fn place(&self, member: Service) -> Place {
        self.places[&member]
    }

    /// Where they keep their books.
    pub fn databases(&self) -> &Databases {
        &self.databases
    }

    /// SIGKILL for these, each while the others go on.
    pub async fn kill(&mut self, members: &[Service]) {
        for member in members {
            if let Some(process) = self.running.remove(member) {
                process.kill().await;
            }
        }
    }

    /// Starts those that are not running, by a clock that stands at `clock`.
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

    /// Moves the clocks of all.
    pub async fn set_clock(&self, now: Timestamp) {
        for member in self.members() {
            let operator = Party::operator(self.way().by(*member));
            let time = Some(prost_types::Timestamp { seconds: now.as_second(), nanos: 0 });
            let mut clock = ClockServiceClient::new(operator.connection());
            clock.set_clock(SetClockRequest { time }).await.unwrap();
        }
    }

    /// SIGTERM for all at once; how each ended, and what they wrote.
    pub async fn stop(self) -> (Databases, Vec<ExitStatus>) {
        let mut stopping = JoinSet::new();
        for process in self.running.into_values() {
            stopping.spawn(process.stop());
        }
        (self.databases, stopping.join_all().await)
    }

    /// Starts those that are not running and kills each after that time, wherever its start is by then; how many were
    /// up.
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

/// A database as a configuration names it.
pub fn url_of(database: &Database) -> String {
    match database {
        Database::Sqlite(path) => format!("sqlite:{}", path.display()),
        Database::Postgres(url) => url.clone(),
    }
}
