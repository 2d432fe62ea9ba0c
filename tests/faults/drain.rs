//! SIGTERM: what is at work is answered, nobody else is let in, and the process ends in time.

use std::time::Instant;

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
use csp_tests::{Answer, Backend, Party, Postgres, Way};
use sqlx::{AnyConnection, Connection};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tonic::transport::Endpoint;
use tonic::{Code, Streaming};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::is_long;

/// Calls at work when the signal comes.
const CALLS: usize = 8;
/// Keeps writers waiting, for as long as its transaction lasts.
const HOLD_SQLITE: &str = "BEGIN IMMEDIATE";
const HOLD_POSTGRES: &str = "BEGIN; LOCK TABLE organization IN EXCLUSIVE MODE";
const RELEASE: &str = "ROLLBACK";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_at_work_is_answered_and_the_process_ends() {
    for backend in Backend::all() {
        let mut house = House::start(backend).await;
        let held = house.hold_calls().await;
        let mut watch = house.watch_health().await;
        let told = Instant::now();
        house.process.tell_to_stop().await;
        house.lets_nobody_in().await;
        house.release().await;
        for call in held {
            call.await.unwrap().expect("a call at work is answered");
        }
        let end = house.process.ended().await;
        let took = told.elapsed();
        assert!(end.success(), "{end:?}");
        assert!(took < DRAIN_MAX, "who watches for ever is not waited for: {took:?}");
        assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
        assert_eq!(watch.message().await.unwrap_err().code(), Code::Unavailable);
        record(
            &format!("SIGTERM with calls at work: {backend:?}"),
            "they are answered, new ones are refused, exit code 0 within DRAIN_MAX",
            CALLS,
            &format!("{CALLS} calls answered after the signal, exit code 0 after {} ms", took.as_millis()),
            "without the signal a connection is accepted and the calls wait",
            "cargo test -p csp-tests --test faults drain",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_does_not_end_does_not_keep_the_process() {
    if !is_long() || Postgres::shared().is_none() {
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
        "CSP_FAULTS_LONG=1 cargo test -p csp-tests --test faults drain",
    );
}

/// The registry in a process of its own, and somebody who can keep its writers waiting.
struct House {
    process: Process,
    place: Place,
    operator: Party,
    holder: AnyConnection,
    hold: &'static str,
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
        let places = Service::ALL.map(|service| (service, Place::free())).into();
        let process = Process::serve(registry, &url, databases.folder(), &places, None).await;
        let place = places[&registry];
        let operator = Party::operator(Way::to(place.public));
        House { process, place, operator, holder, hold, _databases: databases }
    }

    /// Calls that are at work and wait for the holder.
    async fn hold_calls(&mut self) -> Vec<JoinHandle<Answer<CreateOrganizationResponse>>> {
        drop(TcpStream::connect(self.place.public).await.expect("anybody is let in"));
        sqlx::raw_sql(self.hold).execute(&mut self.holder).await.unwrap();
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
        assert!(held.iter().all(|call| !call.is_finished()), "the calls wait");
        held
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
