//! A silent peer: connections to it stay open, and no byte passes.

use std::time::{Duration, Instant};

use csp_policy::Role;
use csp_proto::customer::v1::{CreateCustomerRequest, CreateCustomerResponse, ListCustomersRequest};
use csp_proto::partner_registry::v1::CreateOrganizationRequest;
use csp_proto::subscription::v1::{SubmitOrderRequest, SubmitOrderResponse};
use csp_service::limits::DEADLINE_MAX;
use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::faults::record;
use csp_tests::switches::FAULTS_LONG;
use csp_tests::{Answer, Backend, Party, Refusal, Running, all_orders, draft, lines, profile, submission};
use tonic::{Code, Request, Status};

use crate::faults::four::{Four, Road};

/// How long a caller waits whose call meets the silent peer.
const DEADLINE: Duration = Duration::from_secs(3);
/// How long a caller waits whose call must succeed; long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a caller waits for a refusal that must name the silent peer: longer than all calls to the peer
/// may wait, even after the background task that resumes operations has waited for the peer too.
const LONG_PATIENCE: Duration = DEADLINE_MAX;
/// How long the peer is silent in the long form.
const SILENCE: Duration = Duration::from_secs(30);
/// A server stops a call at most this much earlier than the caller stops waiting.
const SERVER_MARGIN_MAX: Duration = Duration::from_millis(100);
/// Number of refusals that must name the silent peer.
const REFUSALS_NAMING_THE_PEER: usize = 3;
/// Maximum number of calls that are made to get [`REFUSALS_NAMING_THE_PEER`] such refusals.
const CALLS_MAX: usize = 8;
const NOW: &str = "2026-11-21T12:00:00Z";

#[tokio::test(flavor = "multi_thread")]
async fn only_calls_that_need_the_silent_peer_are_refused() {
    for backend in Backend::all() {
        let road = Road { from: Service::Subscription, to: Service::Customer };
        let (scene, four) = set(backend, road).await;
        let seller = scene.seller(&four);
        order(&seller, &scene.customer, "before", PATIENCE).await.expect("the peer answers");
        let calls = fails_closed(&four, async |wait| {
            let refused = order(&seller, &scene.customer, "during", wait).await.map(drop);
            assert_eq!(
                orders(&seller).await,
                ["before"],
                "the service reads its own data, and nothing was sold"
            );
            refused
        })
        .await;
        order(&seller, &scene.customer, "during", PATIENCE).await.expect("the peer answers again");
        order(&seller, &scene.customer, "after", PATIENCE).await.expect("the peer answers again");
        let mut sold = orders(&seller).await;
        sold.sort_unstable();
        assert_eq!(sold, ["after", "before", "during"]);
        drop(four.stop().await);
        record_silence(&format!("subscription cannot reach customer: {backend:?}"), calls);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_created_once_after_its_peer_was_silent() {
    for backend in Backend::all() {
        let road = Road { from: Service::Customer, to: Service::Relationship };
        let (scene, four) = set(backend, road).await;
        let seller = scene.seller(&four);
        create(&seller, "before", PATIENCE).await.expect("the peer answers");
        let before = customers(&four).await;
        let calls = fails_closed(&four, async |wait| {
            let refused = create(&seller, "during", wait).await.map(drop);
            assert_eq!(
                customers(&four).await,
                before,
                "the service reads its own data, and no customer was added"
            );
            refused
        })
        .await;
        create(&seller, "during", PATIENCE).await.expect("the peer answers again");
        create(&seller, "after", PATIENCE).await.expect("the peer answers again");
        assert_eq!(customers(&four).await, ["after", "before", "during", "tailspin"]);
        drop(four.stop().await);
        record_silence(&format!("customer cannot reach relationship: {backend:?}"), calls);
    }
}

/// Silences the peer and repeats the call, which must be refused each time, while calls that do not need the
/// peer succeed. Then heals the peer. Returns how many refusals named the silent peer.
async fn fails_closed(four: &Four, call: impl AsyncFn(Duration) -> Result<(), Status>) -> usize {
    four.tap.black_hole();
    let (began, mut named, mut calls) = (Instant::now(), 0, 0);
    while (named < REFUSALS_NAMING_THE_PEER && calls < CALLS_MAX)
        || (FAULTS_LONG.is_on() && began.elapsed() < SILENCE)
    {
        calls += 1;
        named += usize::from(names_the_silent_peer(&call, DEADLINE).await);
        // A write that does not need the peer succeeds.
        let organization = CreateOrganizationRequest {
            legal_name: "Any Ltd".to_owned(),
            country: "DE".to_owned(),
            ..Default::default()
        };
        Party::operator(four.way()).registry().create_organization(organization).await.unwrap();
    }
    // On a busy machine every refusal may have been late. A caller that waits long enough always gets a
    // refusal that names the peer.
    if named == 0 {
        assert!(names_the_silent_peer(&call, LONG_PATIENCE).await, "a refusal names the silent peer");
        named += 1;
    }
    four.tap.heal();
    named
}

/// Makes the call with that deadline, which must be refused. Returns whether the refusal names the silent
/// peer. If not, the deadline must have passed first: the machine is busy, or the background task that
/// resumes operations waits for the peer.
async fn names_the_silent_peer(call: impl AsyncFn(Duration) -> Result<(), Status>, wait: Duration) -> bool {
    let began = Instant::now();
    let refusal = Refusal::from(call(wait).await.unwrap_err());
    let is_late = began.elapsed() + SERVER_MARGIN_MAX >= wait;
    match (refusal.code, refusal.reason.as_str()) {
        (Code::Unavailable, "PEER_UNAVAILABLE") => true,
        (Code::Cancelled | Code::DeadlineExceeded, _) if is_late => false,
        _ => panic!("{:?}: {refusal:?}", began.elapsed()),
    }
}

fn record_silence(where_: &str, calls: usize) {
    let seconds = if FAULTS_LONG.is_on() { SILENCE.as_secs() } else { calls as u64 * DEADLINE.as_secs() };
    record(
        &format!("a peer is silent for about {seconds} s; {where_}"),
        "a call that needs the peer is refused within its deadline with UNAVAILABLE (PEER_UNAVAILABLE); reads of own \
         data succeed; afterwards the next call succeeds without a restart",
        calls,
        &format!(
            "{calls} refusals named the silent peer, no refused call had an effect; the repeat was accepted once"
        ),
        "the same call is accepted before and after the silence",
        if FAULTS_LONG.is_on() { "CSP_FAULTS_LONG=1" } else { "" },
    );
}

/// The data that exists before the four suites start.
struct Scene {
    customer: String,
}

impl Scene {
    fn seller(&self, four: &Four) -> Party {
        Party::partner(
            four.way(),
            "litware.example",
            &[Role::GlobalAdmin, Role::SalesAgent, Role::AdminAgent],
        )
    }
}

async fn set(backend: Backend, road: Road) -> (Scene, Four) {
    let databases = match backend {
        Backend::Sqlite => Databases::sqlite(),
        Backend::Postgres => Databases::postgres().await,
    };
    let (databases, customer) = scene(databases).await;
    (Scene { customer }, Four::start(databases, NOW.parse().unwrap(), road).await)
}

async fn scene(databases: Databases) -> (Databases, String) {
    let configs = Service::ALL.map(|service| (service, databases.of(service))).into();
    let suite = Running::on(databases, configs, NOW.parse().unwrap(), 1).await;
    let litware = suite.direct_bill("litware", "DE").await;
    let customer = suite.customer_of("tailspin", "FR", &litware, None).await;
    suite.offer("office").await;
    (suite.stop().await, customer)
}

async fn order(seller: &Party, customer: &str, key: &str, wait: Duration) -> Answer<SubmitOrderResponse> {
    let mut request = Request::new(SubmitOrderRequest {
        request_id: key.to_owned(),
        external_id: key.to_owned(),
        ..submission(customer, draft(lines(&[("offers/office", 1)]), None))
    });
    request.set_timeout(wait);
    seller.subscription().submit_order(request).await
}

/// The external ids of the seller's orders.
async fn orders(seller: &Party) -> Vec<String> {
    let listed = seller.subscription().list_orders(all_orders()).await.unwrap();
    listed.into_inner().orders.into_iter().map(|order| order.external_id).collect()
}

async fn create(seller: &Party, id: &str, wait: Duration) -> Answer<CreateCustomerResponse> {
    let mut request = Request::new(CreateCustomerRequest {
        request_id: id.to_owned(),
        customer_id: id.to_owned(),
        profile: Some(profile(id, "FR")),
        ..Default::default()
    });
    request.set_timeout(wait);
    seller.customers().create_customer(request).await
}

/// The ids of the customers, in order.
async fn customers(four: &Four) -> Vec<String> {
    let operator = Party::operator(four.way());
    let listed = operator.customers().list_customers(ListCustomersRequest::default()).await.unwrap();
    let names = listed.into_inner().customers.into_iter().map(|customer| customer.name);
    names.map(|name| name.trim_start_matches("customers/").to_owned()).collect()
}
