//! SIGTERM: calls in flight are answered, new connections and calls are refused, and the process ends in
//! time.

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

/// Number of calls in flight when the signal comes.
const CALLS: usize = 8;
/// Takes a lock that makes writers wait until the transaction ends.
const HOLD_SQLITE: &str = "BEGIN IMMEDIATE";
/// See [`HOLD_SQLITE`].
const HOLD_POSTGRES: &str = "BEGIN; LOCK TABLE organization IN EXCLUSIVE MODE";
const RELEASE: &str = "ROLLBACK";
/// Maximum time that the lock may be held: a waiting writer is refused after 5 s on SQLite, 10 s on
/// PostgreSQL.
const HOLD_MAX: Duration = Duration::from_secs(4);
/// Maximum number of rounds. A round is repeated when the machine was too busy for it.
const ROUNDS_MAX: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_lets_calls_in_flight_end_and_stops_the_process() {
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
            &format!("SIGTERM with calls in flight: {backend:?}"),
            "calls in flight are answered, new calls are refused, exit code 0 within DRAIN_MAX",
            CALLS,
            &format!("{CALLS} calls answered after the signal, exit code 0 after {} ms", took.as_millis()),
            "before the signal a new connection is accepted and the calls wait",
            "",
        );
    }
}

/// Stops a process with calls in flight, and returns how long that took. An error says what took so long that
/// the round proves nothing.
async fn drained(backend: Backend) -> Result<Duration, String> {
    let mut house = House::start(backend).await;
    let held = house.hold_calls().await;
    let watch = house.watch_health().await;
    let signalled = Instant::now();
    house.process.send_sigterm().await;
    house.wait_until_it_refuses().await;
    house.release().await;
    if house.has_held_too_long() {
        return Err("the lock was held too long".to_owned());
    }
    for call in held {
        call.await.unwrap().expect("a call in flight is answered");
    }
    let end = house.process.ended().await;
    let took = signalled.elapsed();
    assert!(end.success(), "{end:?}");
    ends_with_not_serving(watch).await;
    // One slow round may be due to a busy machine. A process that waits for the health watcher, which never
    // hangs up, is slow in every round.
    if took < DRAIN_MAX { Ok(took) } else { Err(format!("the process ended after {took:?}")) }
}

/// Asserts that the watch of the health ends with NOT_SERVING and UNAVAILABLE.
async fn ends_with_not_serving(mut watch: Streaming<HealthCheckResponse>) {
    let is_served = |said: &HealthCheckResponse| said.status() == ServingStatus::Serving;
    let mut next = watch.message().await.unwrap().unwrap();
    // SERVING is sent repeatedly, and may be sent once more just before the end.
    while is_served(&next) {
        next = watch.message().await.unwrap().unwrap();
    }
    assert_eq!(next.status(), ServingStatus::NotServing);
    assert_eq!(watch.message().await.unwrap_err().code(), Code::Unavailable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_does_not_end_does_not_block_the_shutdown() {
    if !FAULTS_LONG.is_on() || Postgres::shared().is_none() {
        return;
    }
    let mut house = House::start(Backend::Postgres).await;
    let held = house.hold_calls().await;
    let signalled = Instant::now();
    house.process.send_sigterm().await;
    let end = house.process.ended().await;
    let took = signalled.elapsed();
    assert!(end.success(), "{end:?}");
    assert!(took >= DRAIN_MAX, "the process waits for the calls: {took:?}");
    for call in held {
        call.await.unwrap().expect_err("the call is not answered");
    }
    record(
        "SIGTERM with calls in flight that do not end: Postgres",
        "the process ends after DRAIN_MAX nevertheless, with exit code 0",
        CALLS,
        &format!("exit code 0 after {} ms", took.as_millis()),
        "calls that end are answered: see the row `SIGTERM with calls in flight`",
        "CSP_FAULTS_LONG=1",
    );
}

/// The registry in a process of its own, and a connection to its database that can make its writers wait.
struct House {
    process: Process,
    place: Place,
    operator: Party,
    holder: AnyConnection,
    hold: &'static str,
    /// The instant at which the holder took its lock.
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

    /// Starts calls that wait for the holder's lock.
    async fn hold_calls(&mut self) -> Vec<JoinHandle<Answer<CreateOrganizationResponse>>> {
        drop(TcpStream::connect(self.place.public).await.expect("a new connection is accepted"));
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
        // These reads use the same connection, so once they are answered the calls before them have arrived.
        for _ in 0..CALLS {
            client.list_organizations(ListOrganizationsRequest::default()).await.unwrap();
        }
        let all_wait = held.iter().all(|call| !call.is_finished());
        assert!(all_wait || self.has_held_too_long(), "the calls wait");
        held
    }

    /// Whether a waiting call may have been refused because of its wait.
    fn has_held_too_long(&self) -> bool {
        self.held_since.elapsed() > HOLD_MAX
    }

    /// Watches the health as a load balancer does, which never hangs up by itself.
    async fn watch_health(&self) -> Streaming<HealthCheckResponse> {
        let way = Endpoint::from_shared(format!("http://{}", self.place.public)).unwrap();
        let mut client = HealthClient::new(way.connect().await.unwrap());
        let mut watch = client.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
        assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
        watch
    }

    /// Waits until a new connection is refused, and a new call on an open connection too.
    async fn wait_until_it_refuses(&self) {
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
        // Either new connections are refused, or the open connection was closed before the call began.
        assert!(refused.code() == Code::Unavailable || was_cut_off(&refused), "{refused}");
    }

    async fn release(&mut self) {
        sqlx::raw_sql(RELEASE).execute(&mut self.holder).await.unwrap();
    }
}
