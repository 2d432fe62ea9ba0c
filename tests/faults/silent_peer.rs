//! A peer is silent: connections stay open, and no byte passes.

use std::time::{Duration, Instant};

use csp_policy::Role;
use csp_proto::customer::v1::{CreateCustomerRequest, CreateCustomerResponse, ListCustomersRequest};
use csp_proto::partner_registry::v1::CreateOrganizationRequest;
use csp_proto::subscription::v1::{
    Capacity, ListOrdersRequest, OrderDraft, SubmitOrderRequest, SubmitOrderResponse,
};
use csp_service::limits::DEADLINE_MAX;
use csp_suite::service::Service;
use csp_tests::databases::Databases;
use csp_tests::faults::record;
use csp_tests::switches::FAULTS_LONG;
use csp_tests::{Answer, Backend, Party, Refusal, Running, lines, profile};
use tonic::{Code, Request, Status};

use crate::faults::four::{Four, Road};

/// How long a caller waits.
const DEADLINE: Duration = Duration::from_secs(3);
/// How long a caller waits that wants an answer, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a caller waits that wants to be told which peer is silent: longer than the peer is waited for, as often as
/// it is asked, after whoever takes the operation up in the background has waited as long.
const LONG_PATIENCE: Duration = DEADLINE_MAX;
/// How long the peer is silent in the long form.
const SILENCE: Duration = Duration::from_secs(30);
/// How much earlier than its caller a server gives a call up, at most.
const SERVER_MARGIN_MAX: Duration = Duration::from_millis(100);
/// Calls into the silence that are told which peer is silent; and how many may be made for that.
const TOLD: usize = 3;
const CALLS_MAX: usize = 8;
const NOW: &str = "2026-11-21T12:00:00Z";

#[tokio::test(flavor = "multi_thread")]
async fn an_order_needs_the_silent_peer_and_nothing_else_does() {
    for backend in Backend::all() {
        let road = Road { from: Service::Subscription, to: Service::Customer };
        let (scene, four) = set(backend, road).await;
        let seller = scene.seller(&four);
        order(&seller, &scene.customer, "before", PATIENCE).await.expect("the peer answers");
        let calls = fails_closed(&four, async |wait| {
            let refused = order(&seller, &scene.customer, "during", wait).await.map(drop);
            assert_eq!(orders(&seller).await, ["before"], "the own book is read, and nothing was sold");
            refused
        })
        .await;
        order(&seller, &scene.customer, "during", PATIENCE).await.expect("the peer answers again");
        order(&seller, &scene.customer, "after", PATIENCE).await.expect("the peer answers again");
        let mut sold = orders(&seller).await;
        sold.sort_unstable();
        assert_eq!(sold, ["after", "before", "during"]);
        drop(four.stop().await);
        survived(&format!("orders without customers: {backend:?}"), calls);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_waits_for_the_silent_peer_and_ends_once() {
    for backend in Backend::all() {
        let road = Road { from: Service::Customer, to: Service::Relationship };
        let (scene, four) = set(backend, road).await;
        let seller = scene.seller(&four);
        create(&seller, "before", PATIENCE).await.expect("the peer answers");
        let before = customers(&four).await;
        let calls = fails_closed(&four, async |wait| {
            let refused = create(&seller, "during", wait).await.map(drop);
            assert_eq!(customers(&four).await, before, "the own book is read, and nothing shows");
            refused
        })
        .await;
        create(&seller, "during", PATIENCE).await.expect("the peer answers again");
        create(&seller, "after", PATIENCE).await.expect("the peer answers again");
        assert_eq!(customers(&four).await, ["after", "before", "during", "tailspin"]);
        drop(four.stop().await);
        survived(&format!("customers without relationships: {backend:?}"), calls);
    }
}

/// Calls into the silence, each refused while others go on, and heals; how many were told which peer is silent.
async fn fails_closed(four: &Four, call: impl AsyncFn(Duration) -> Result<(), Status>) -> usize {
    four.tap.black_hole();
    let (began, mut told, mut calls) = (Instant::now(), 0, 0);
    while (told < TOLD && calls < CALLS_MAX) || (FAULTS_LONG.is_on() && began.elapsed() < SILENCE) {
        calls += 1;
        told += usize::from(is_told(&call, DEADLINE).await);
        // Whoever does not need the peer goes on writing.
        let organization = CreateOrganizationRequest {
            legal_name: "Any Ltd".to_owned(),
            country: "DE".to_owned(),
            ..Default::default()
        };
        Party::operator(four.way()).registry().create_organization(organization).await.unwrap();
    }
    // By a busy machine all may have been late; whoever has the patience is told for certain.
    if told == 0 {
        assert!(is_told(&call, LONG_PATIENCE).await, "nobody is told which peer is silent");
        told += 1;
    }
    four.tap.heal();
    told
}

/// Whether the refusal of a call that may take so long says that the peer is silent. The other that there may be: the
/// time was up before that could be said, because the machine is busy, or because whoever takes operations up in the
/// background waits for the peer.
async fn is_told(call: impl AsyncFn(Duration) -> Result<(), Status>, wait: Duration) -> bool {
    let began = Instant::now();
    let refusal = Refusal::from(call(wait).await.unwrap_err());
    let is_late = began.elapsed() + SERVER_MARGIN_MAX >= wait;
    match (refusal.code, refusal.reason.as_str()) {
        (Code::Unavailable, "PEER_UNAVAILABLE") => true,
        (Code::Cancelled | Code::DeadlineExceeded, _) if is_late => false,
        _ => panic!("{:?}: {refusal:?}", began.elapsed()),
    }
}

fn survived(where_: &str, calls: usize) {
    let seconds = if FAULTS_LONG.is_on() { SILENCE.as_secs() } else { calls as u64 * DEADLINE.as_secs() };
    record(
        &format!("a peer is a black hole, for about {seconds} s; {where_}"),
        "what needs it fails closed within its deadline, UNAVAILABLE (PEER_UNAVAILABLE); own reads go on; \
         afterwards the next call succeeds without a restart",
        calls,
        &format!("{calls} calls were told, none had an effect; the repeat was accepted once"),
        "the same is accepted before and after",
        "CSP_FAULTS_LONG=1",
    );
}

/// What is there before the four start.
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
        customer: customer.to_owned(),
        order: Some(OrderDraft {
            lines: lines(&[("offers/office", 1)]),
            attested_capacity: Capacity::Direct.into(),
            ..Default::default()
        }),
        ..Default::default()
    });
    request.set_timeout(wait);
    seller.subscription().submit_order(request).await
}

/// The keys of the orders.
async fn orders(seller: &Party) -> Vec<String> {
    let listed = seller.subscription().list_orders(ListOrdersRequest::default()).await.unwrap();
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
