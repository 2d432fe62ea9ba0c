//! SIGTERM: what is at work is answered, nobody else is let in, and the process ends in time.

use std::time::{Duration, Instant};

use csp_proto::partner_registry::v1::{
    CreateOrganizationRequest, CreateOrganizationResponse, ListOrganizationsRequest,
};
use csp_service::limits::DRAIN_MAX;
use csp_service::was_cut_off;
use csp_store::Database;
use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::faults::record;
use csp_tests::process::{Place, Process};
use csp_tests::switches::FAULTS_LONG;
use csp_tests::{Answer, Backend, Party, Postgres, Route};
use sqlx::{AnyConnection, Connection};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tonic::transport::Endpoint;
use tonic::{Code, Streaming};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

/// Calls at work when the signal comes.
const CALLS: usize = 8;
/// Keeps writers waiting, for as long as its transaction lasts.
const HOLD_SQLITE: &str = "BEGIN IMMEDIATE";
const HOLD_POSTGRES: &str = "BEGIN; LOCK TABLE organization IN EXCLUSIVE MODE";
const RELEASE: &str = "ROLLBACK";
/// A writer that waits for longer may be refused before it is let go: SQLite waits for 5 s, PostgreSQL for 10.
const HOLD_MAX: Duration = Duration::from_secs(4);
/// A round for which the machine was too busy is played again, that often at most.
const ROUNDS_MAX: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_at_work_is_answered_and_the_process_ends() {
    for backend in Backend::all() {
        let mut rounds = 0;
        let took = loop {
            rounds += 1;
            match drained(backend).await {
                Ok(took) => break took,
                Err(slow) => assert!(rounds < ROUNDS_MAX, "{rounds} rounds, and {slow}"),
            }
        };
        record(
            &format!("SIGTERM with calls at work: {backend:?}"),
            "they are answered, new ones are refused, exit code 0 within DRAIN_MAX",
            CALLS,
            &format!("{CALLS} calls answered after the signal, exit code 0 after {} ms", took.as_millis()),
            "without the signal a connection is accepted and the calls wait",
            "",
        );
    }
}

/// Stops a process with calls at work; how long that took, or what took so long that the round tells nothing.
async fn drained(backend: Backend) -> Result<Duration, String> {
    let mut house = House::start(backend).await;
    let held = house.hold_calls().await;
    let watch = house.watch_health().await;
    let told = Instant::now();
    house.process.tell_to_stop().await;
    house.lets_nobody_in().await;
    house.release().await;
    if house.has_held_too_long() {
        return Err("the calls were not let go in time".to_owned());
    }
    for call in held {
        call.await.unwrap().expect("a call at work is answered");
    }
    let end = house.process.ended().await;
    let took = told.elapsed();
    assert!(end.success(), "{end:?}");
    is_told_the_end(watch).await;
    // Whoever watches for ever would be waited for in every round.
    if took < DRAIN_MAX { Ok(took) } else { Err(format!("the process ended after {took:?}")) }
}

/// The last that a watcher hears.
async fn is_told_the_end(mut watch: Streaming<HealthCheckResponse>) {
    let is_served = |said: &HealthCheckResponse| said.status() == ServingStatus::Serving;
    let mut next = watch.message().await.unwrap().unwrap();
    // It is told on and on, also in the moment before the end.
    while is_served(&next) {
        next = watch.message().await.unwrap().unwrap();
    }
    assert_eq!(next.status(), ServingStatus::NotServing);
    assert_eq!(watch.message().await.unwrap_err().code(), Code::Unavailable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_does_not_end_does_not_keep_the_process() {
    if !FAULTS_LONG.is_on() || Postgres::shared().is_none() {
        return;
    }
    let mut house = House::start(Backend::Postgres).await;
    let held = house.hold_calls().await;
    let told = Instant::now();
    house.process.tell_to_stop().await;
    let end = house.process.ended().await;
    let took = told.elapsed();
    assert!(end.success(), "{end:?}");
    assert!(took >= DRAIN_MAX, "it waits for the calls: {took:?}");
    for call in held {
        call.await.unwrap().expect_err("nobody answers");
    }
    record(
        "SIGTERM with calls at work that do not end: Postgres",
        "the process ends all the same, exit code 0",
        CALLS,
        &format!("exit code 0 after {} ms", took.as_millis()),
        "calls that end are answered: the test before",
        "CSP_FAULTS_LONG=1",
    );
}

/// The registry in a process of its own, and somebody who can keep its writers waiting.
struct House {
    process: Process,
    place: Place,
    operator: Party,
    holder: AnyConnection,
    hold: &'static str,
    /// Since when it keeps them waiting.
    held_since: Instant,
    _databases: Databases,
}

impl House {
    async fn start(backend: Backend) -> House {
        let databases = match backend {
            Backend::Sqlite => Databases::sqlite(),
            Backend::Postgres => Databases::postgres().await,
        };
        let registry = Service::PartnerRegistry;
        let config = databases.of(registry);
        registry.migrate(config.clone()).await.unwrap();
        let (url, hold) = match config.database {
            Database::Sqlite(path) => (format!("sqlite:{}", path.display()), HOLD_SQLITE),
            Database::Postgres(url) => (url, HOLD_POSTGRES),
        };
        let holder = AnyConnection::connect(&url).await.unwrap();
        let places = Service::ALL.map(|service| (service, Place::of_its_own())).into();
        let process = Process::serve(registry, &url, databases.folder(), &places, None).await;
        let place = places[&registry];
        let operator = Party::operator(Route::to(place.public));
        let held_since = Instant::now();
        House { process, place, operator, holder, hold, held_since, _databases: databases }
    }

    /// Calls that are at work and wait for the holder.
    async fn hold_calls(&mut self) -> Vec<JoinHandle<Answer<CreateOrganizationResponse>>> {
        drop(TcpStream::connect(self.place.public).await.expect("anybody is let in"));
        sqlx::raw_sql(self.hold).execute(&mut self.holder).await.unwrap();
        self.held_since = Instant::now();
        let mut client = self.operator.registry();
        let call = |number: usize| {
            let mut client = client.clone();
            let request = CreateOrganizationRequest {
                organization_id: format!("held-{number}"),
                legal_name: "Any Ltd".to_owned(),
                country: "DE".to_owned(),
                ..Default::default()
            };
            tokio::spawn(async move { client.create_organization(request).await })
        };
        let held: Vec<_> = (0..CALLS).map(call).collect();
        // Answered on the same connection, so the calls before it have arrived.
        for _ in 0..CALLS {
            client.list_organizations(ListOrganizationsRequest::default()).await.unwrap();
        }
        let all_wait = held.iter().all(|call| !call.is_finished());
        assert!(all_wait || self.has_held_too_long(), "the calls wait");
        held
    }

    /// Whether a call that waits may have been refused for that.
    fn has_held_too_long(&self) -> bool {
        self.held_since.elapsed() > HOLD_MAX
    }

    /// A balancer that watches, and never goes away by itself.
    async fn watch_health(&self) -> Streaming<HealthCheckResponse> {
        let way = Endpoint::from_shared(format!("http://{}", self.place.public)).unwrap();
        let mut client = HealthClient::new(way.connect().await.unwrap());
        let mut watch = client.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
        assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
        watch
    }

    /// Waits until a newcomer is refused, and so is a new call of somebody who is in.
    async fn lets_nobody_in(&self) {
        while TcpStream::connect(self.place.public).await.is_ok() {
            tokio::task::yield_now().await;
        }
        let mut client = self.operator.registry();
        let refused = loop {
            let asked = client.list_organizations(ListOrganizationsRequest::default()).await;
            if let Err(refused) = asked {
                break refused;
            }
        };
        // Either nobody takes a connection any more, or the old one ended under the call before it was begun.
        assert!(refused.code() == Code::Unavailable || was_cut_off(&refused), "{refused}");
    }

    async fn release(&mut self) {
        sqlx::raw_sql(RELEASE).execute(&mut self.holder).await.unwrap();
    }
}
