//! A stopping server does not wait for streams that need no credential, nor for requests that never arrive
//! completely: both would never end.

use std::time::Duration;

use crate::limits::DRAIN_MAX;
use crate::{Clock, Credentials, DevelopmentToken, Gate, Health, Ids, Services, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_stream::{Stream, StreamExt};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_reflection::pb::v1::ServerReflectionRequest;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_types::StatusExt;

/// Longer than any test takes: a test that reaches this timeout hangs.
const PATIENCE: Duration = Duration::from_secs(60);

struct Running {
    channel: Channel,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Running {
    async fn start() -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let channel = Endpoint::from_shared(format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let gate = Gate::try_new(Credentials::Development, Clock::system(), Ids::seeded(1)).unwrap();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            serve(listener, Services::new(), gate, Health::default(), stopped).await.unwrap();
        });
        Running { channel: channel.connect_lazy(), stop, ended }
    }

    /// Stops the server, and checks that it ends before the drain limit.
    async fn stops_at_once(self) {
        let told = Instant::now();
        self.stop.send(()).unwrap();
        tokio::time::timeout(PATIENCE, self.ended).await.expect("a drain is bounded").unwrap();
        let took = told.elapsed();
        assert!(took < DRAIN_MAX, "{took:?}");
    }
}

/// A stream that yields `said` and then stays open.
fn then_silence<T>(said: Vec<T>) -> impl Stream<Item = T> {
    tokio_stream::iter(said).chain(tokio_stream::pending())
}

fn assert_stopping(status: &Status) {
    let reason = status.get_details_error_info().map(|info| info.reason);
    assert_eq!((status.code(), reason.as_deref()), (Code::Unavailable, Some("SERVER_STOPPING")), "{status}");
}

#[tokio::test]
async fn a_health_watch_reports_not_serving_before_it_ends() {
    let server = Running::start().await;
    let asked = HealthCheckRequest::default();
    let mut watched = HealthClient::new(server.channel.clone()).watch(asked).await.unwrap().into_inner();
    let first = watched.message().await.unwrap().unwrap();
    assert_eq!(first.status(), ServingStatus::Serving, "the watch continues while the server runs");

    server.stops_at_once().await;
    let is_served = |said: &HealthCheckResponse| said.status() == ServingStatus::Serving;
    let mut next = watched.message().await.unwrap().unwrap();
    // The state is reported periodically, also just before the end.
    while is_served(&next) {
        next = watched.message().await.unwrap().unwrap();
    }
    assert_eq!(next.status(), ServingStatus::NotServing);
    assert_stopping(&watched.message().await.unwrap_err());
}

#[tokio::test]
async fn an_open_reflection_stream_does_not_delay_the_stop() {
    let server = Running::start().await;
    let asked = MessageRequest::ListServices(String::new());
    let asked = ServerReflectionRequest { host: String::new(), message_request: Some(asked) };
    let mut client = ServerReflectionClient::new(server.channel.clone());
    let mut answers = client.server_reflection_info(then_silence(vec![asked])).await.unwrap().into_inner();
    answers.message().await.unwrap().expect("the stream is answered while the server runs");

    server.stops_at_once().await;
    assert_stopping(&answers.message().await.unwrap_err());
}

/// Sends a request to the RPC at `path` whose message never arrives.
async fn never_arrives(path: &'static str) {
    let server = Running::start().await;
    let mut client = tonic::client::Grpc::new(server.channel.clone());
    client.ready().await.unwrap();
    let mut endless = Request::new(then_silence(Vec::<HealthCheckRequest>::new()));
    let credential = format!("Bearer {}", DevelopmentToken::operator().encode());
    endless.metadata_mut().insert("authorization", credential.parse().unwrap());
    let codec = tonic_prost::ProstCodec::<HealthCheckRequest, HealthCheckResponse>::default();
    let path = http::uri::PathAndQuery::from_static(path);
    let asking = tokio::spawn(async move { client.client_streaming(endless, path, codec).await });
    // This call is answered on the same connection, so the headers of the earlier request have arrived.
    HealthClient::new(server.channel.clone()).check(HealthCheckRequest::default()).await.unwrap();
    assert!(!asking.is_finished(), "the server waits for the rest of the request while it runs");

    server.stops_at_once().await;
    assert_stopping(&asking.await.unwrap().unwrap_err());
}

#[tokio::test]
async fn a_request_that_never_arrives_does_not_delay_the_stop() {
    never_arrives("/grpc.health.v1.Health/Check").await;
    never_arrives("/csp.partner_registry.v1.PartnerRegistryService/ListOrganizations").await;
    never_arrives("/csp.feed.v1.FeedService/WatchEvents").await;
}
