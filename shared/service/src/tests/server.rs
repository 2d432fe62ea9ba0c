//! A whole server over gRPC: access, errors, and calls whose client no longer waits.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::{
    Book, Call, Clock, Credentials, DevelopmentToken, Gate, Health, Ids, Peer, Policy, Services,
    TRACE_HEADER, in_process, serve, serve_in_process,
};
use csp_policy::Role;
use csp_proto::policy::v1 as pb;
use csp_proto::policy::v1::policy_service_client::PolicyServiceClient;
use csp_proto::policy::v1::policy_service_server::{PolicyService, PolicyServiceServer};
use csp_store::{Config, Store, decision};
use prost::Message;
use tokio::net::TcpListener;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tonic::service::Routes;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus};
use tonic_types::StatusExt;
use tower::Layer;

/// Longer than any test takes: a test that reaches this timeout hangs.
const PATIENCE: Duration = Duration::from_secs(60);

struct Running {
    channel: Channel,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

fn gate(credentials: Credentials) -> Gate {
    Gate::try_new(credentials, Clock::system(), Ids::seeded(1)).unwrap()
}

async fn start(services: Services, gate: Gate) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(async move {
        let health = Health::of(Vec::new());
        serve(listener, services, gate, health, async { stopped.await.unwrap_or_default() }).await.unwrap();
    });
    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy();
    Running { channel, address, stop, ended }
}

async fn rule_book() -> Running {
    let services = Services::new().with(PolicyServiceServer::new(Policy::new(Vec::new())));
    start(services, gate(Credentials::Development)).await
}

fn by<T>(token: &DevelopmentToken, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {}", token.encode()).parse().unwrap());
    request
}

fn anybody() -> DevelopmentToken {
    DevelopmentToken::partner("contoso.example", &[Role::SalesAgent])
}

fn get_rule(name: &str) -> pb::GetRuleRequest {
    pb::GetRuleRequest { name: name.to_owned() }
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

#[tokio::test]
async fn the_rule_book_is_read_over_the_wire() {
    let server = rule_book().await;
    let mut client = PolicyServiceClient::new(server.channel);
    let rule =
        client.get_rule(by(&anybody(), get_rule("rules/PSH-11"))).await.unwrap().into_inner().rule.unwrap();
    assert!(rule.boundaries.contains(&"CreateCustomer".to_owned()) && !rule.denials.is_empty());

    let mut names = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListRulesRequest { page_size: 30, page_token, ..Default::default() };
        let page = client.list_rules(by(&anybody(), request)).await.unwrap().into_inner();
        names.extend(page.rules.into_iter().map(|rule| rule.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let known: Vec<_> =
        csp_policy::catalogue::CATALOGUE.iter().map(|rule| format!("rules/{}", rule.id)).collect();
    assert_eq!(names, known, "every rule once, in the order of the rule book");

    let absent = client.get_rule(by(&anybody(), get_rule("rules/XXX-1"))).await.unwrap_err();
    assert_eq!((absent.code(), reason(&absent).as_str()), (Code::NotFound, "NOT_FOUND"));
}

#[tokio::test]
async fn a_call_without_a_valid_credential_is_refused() {
    let server = rule_book().await;
    let mut client = PolicyServiceClient::new(server.channel);
    let missing = client.get_rule(get_rule("rules/PSH-11")).await.unwrap_err();
    assert_eq!((missing.code(), reason(&missing).as_str()), (Code::Unauthenticated, "CREDENTIAL_MISSING"));
    let mut garbled = Request::new(get_rule("rules/PSH-11"));
    garbled.metadata_mut().insert("authorization", "Bearer x".parse().unwrap());
    let invalid = client.get_rule(garbled).await.unwrap_err();
    assert_eq!(reason(&invalid), "CREDENTIAL_INVALID");
}

#[tokio::test]
async fn every_answer_carries_the_trace_header() {
    let server = rule_book().await;
    let mut client = PolicyServiceClient::new(server.channel);
    let mut named = by(&anybody(), get_rule("rules/PSH-11"));
    named.metadata_mut().insert(TRACE_HEADER, "mine".parse().unwrap());
    let answer = client.get_rule(named).await.unwrap();
    assert_eq!(answer.metadata().get(TRACE_HEADER).unwrap(), "mine");
    let refused = client.get_rule(get_rule("rules/PSH-11")).await.unwrap_err();
    assert!(refused.metadata().get(TRACE_HEADER).is_some());
}

#[tokio::test]
async fn a_malformed_deadline_is_refused() {
    let server = rule_book().await;
    let mut client = PolicyServiceClient::new(server.channel);
    let mut request = by(&anybody(), get_rule("rules/PSH-11"));
    request.metadata_mut().insert("grpc-timeout", "soon".parse().unwrap());
    let refused = client.get_rule(request).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::InvalidArgument, "FIELD_INVALID"));
    assert_eq!(refused.get_details_bad_request().unwrap().field_violations[0].field, "grpc-timeout");
}

#[tokio::test]
async fn health_needs_no_credential_and_a_stopped_server_ends() {
    let server = rule_book().await;
    for service in ["", "csp.policy.v1.PolicyService"] {
        let request = HealthCheckRequest { service: service.to_owned() };
        let health = HealthClient::new(server.channel.clone()).check(request).await.unwrap().into_inner();
        assert_eq!(health.status(), ServingStatus::Serving, "{service}");
    }
    server.stop.send(()).unwrap();
    tokio::time::timeout(PATIENCE, server.ended).await.unwrap().unwrap();
}

#[tokio::test]
async fn one_service_asks_another_on_behalf_of_its_caller() {
    let (channel, incoming) = in_process();
    let services = Services::new().with(PolicyServiceServer::new(Policy::new(Vec::new())));
    let (_stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    tokio::spawn(serve_in_process(incoming, services, gate(Credentials::Internal), shutdown));
    let peer = Peer::new("policy", channel.clone());
    let call = Call::of_service("subscription", "Renew");
    let rule: csp_proto::policy::v1::GetRuleResponse = peer
        .ask(&call, get_rule("rules/PSH-11"), |channel, request| async move {
            PolicyServiceClient::new(channel).get_rule(request).await
        })
        .await
        .unwrap();
    assert_eq!(rule.rule.unwrap().name, "rules/PSH-11");
    let unsigned = PolicyServiceClient::new(channel).get_rule(get_rule("rules/PSH-11")).await.unwrap_err();
    assert_eq!(reason(&unsigned), "CREDENTIAL_MISSING");
}

#[tokio::test]
async fn reflection_describes_the_contract_and_the_error_details() {
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
    use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

    let server = rule_book().await;
    for symbol in [
        "csp.policy.v1.PolicyService",
        "csp.policy.v1.Refusal",
        "google.rpc.ErrorInfo",
        "grpc.health.v1.Health",
    ] {
        let asked = MessageRequest::FileContainingSymbol(symbol.to_owned());
        let asked = ServerReflectionRequest { host: String::new(), message_request: Some(asked) };
        let mut client = ServerReflectionClient::new(server.channel.clone());
        let answers = client.server_reflection_info(tokio_stream::once(asked)).await.unwrap();
        let answer: ServerReflectionResponse = answers.into_inner().message().await.unwrap().unwrap();
        let known = matches!(answer.message_response, Some(MessageResponse::FileDescriptorResponse(_)));
        assert!(known, "{symbol}: {answer:?}");
    }
}

#[tokio::test]
async fn a_decision_is_read_by_its_caller_and_by_operators_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Config::sqlite(folder.path().join("book.db")), "test", &[]).await.unwrap();
    let id = "relationship-1".to_owned();
    let told = pb::Decision { name: format!("decisions/{id}"), ..pb::Decision::default() };
    store.note_refusal(decision::Decision {
        id: id.clone(),
        boundary: "RequestPartnership".to_owned(),
        subject: "partnerships/p".to_owned(),
        accepted: false,
        as_of: jiff::civil::date(2026, 11, 21),
        decided_at: jiff::Timestamp::UNIX_EPOCH,
        erase_at: None,
        tenant: "contoso.example".to_owned(),
        caller: "partner/contoso.example/developer".to_owned(),
        request_id: None,
        body: told.encode_to_vec(),
    });
    store.drain_refusals().await;
    let book = Book::new("relationship", store, Clock::system(), Ids::seeded(1));
    let routes = Routes::new(PolicyServiceServer::new(Policy::new(vec![book])));
    let mut client = PolicyServiceClient::new(gate(Credentials::Development).layer(routes));

    let asked = |id: &str| pb::GetDecisionRequest { name: format!("decisions/{id}") };
    for reader in [anybody(), DevelopmentToken::operator()] {
        let answer = client.get_decision(by(&reader, asked(&id))).await.unwrap().into_inner();
        assert_eq!(answer.decision.as_ref(), Some(&told));
    }
    let foreign = DevelopmentToken::partner("fabrikam.example", &[Role::GlobalAdmin]);
    let refused = client.get_decision(by(&foreign, asked(&id))).await.unwrap_err();
    let absent = client.get_decision(by(&foreign, asked("relationship-2"))).await.unwrap_err();
    assert_eq!((refused.code(), absent.code()), (Code::NotFound, Code::NotFound));
    assert_eq!(
        refused.message().replace("-1", "-2"),
        absent.message(),
        "a foreign decision and a missing one look alike"
    );
}

#[tokio::test]
async fn a_browser_gets_grpc_web_answers_over_http_1() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let server = rule_book().await;
    let mut socket = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let request = "POST /csp.policy.v1.PolicyService/GetRule HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/grpc-web+proto\r\ncontent-length: 5\r\n\r\n\0\0\0\0\0";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("application/grpc-web+proto"), "{answer}");
    assert!(
        answer.contains("grpc-status: 16") || answer.contains("grpc-status:16"),
        "no credential: {answer}"
    );
}

/// A service whose `GetRule` waits until the test lets it continue, and whose `ListRules` panics.
#[derive(Clone, Default)]
struct Slow {
    started: Arc<Notify>,
    go_on: Arc<Notify>,
    done: Arc<Notify>,
}

#[tonic::async_trait]
impl PolicyService for Slow {
    async fn list_rules(
        &self,
        _: Request<pb::ListRulesRequest>,
    ) -> Result<Response<pb::ListRulesResponse>, Status> {
        panic!("a cause of its own")
    }

    async fn get_rule(
        &self,
        _: Request<pb::GetRuleRequest>,
    ) -> Result<Response<pb::GetRuleResponse>, Status> {
        self.started.notify_one();
        self.go_on.notified().await;
        self.done.notify_one();
        Ok(Response::new(pb::GetRuleResponse::default()))
    }

    async fn get_decision(
        &self,
        _: Request<pb::GetDecisionRequest>,
    ) -> Result<Response<pb::GetDecisionResponse>, Status> {
        Ok(Response::new(pb::GetDecisionResponse::default()))
    }

    async fn list_decisions(
        &self,
        _: Request<pb::ListDecisionsRequest>,
    ) -> Result<Response<pb::ListDecisionsResponse>, Status> {
        Ok(Response::new(pb::ListDecisionsResponse::default()))
    }
}

async fn slow(gate: Gate) -> (Slow, Running) {
    let slow = Slow::default();
    let running = start(Services::new().with(PolicyServiceServer::new(slow.clone())), gate).await;
    (slow, running)
}

#[tokio::test]
async fn a_handler_finishes_after_its_client_disconnects() {
    let (slow, server) = slow(gate(Credentials::Development)).await;
    let mut client = PolicyServiceClient::new(server.channel);
    let waiting = tokio::spawn(async move { client.get_rule(by(&anybody(), get_rule("x"))).await });
    slow.started.notified().await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    slow.go_on.notify_one();
    tokio::time::timeout(PATIENCE, slow.done.notified()).await.expect("the handler ran to its end");
}

#[tokio::test]
async fn a_passed_deadline_is_reported_and_the_handler_still_finishes() {
    let slow = Slow::default();
    let routes = Routes::new(PolicyServiceServer::new(slow.clone()));
    // Without a connection, so that no client-side timeout ends the call first.
    let mut client = PolicyServiceClient::new(gate(Credentials::Development).layer(routes));
    let mut request = by(&anybody(), get_rule("x"));
    request.metadata_mut().insert("grpc-timeout", "200m".parse().unwrap());
    let late = client.get_rule(request).await.unwrap_err();
    assert_eq!((late.code(), reason(&late).as_str()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));
    assert_eq!(
        late.get_details_error_info().unwrap().metadata["method"],
        "csp.policy.v1.PolicyService/GetRule"
    );
    slow.go_on.notify_one();
    tokio::time::timeout(PATIENCE, slow.done.notified()).await.expect("the handler ran to its end");
}

#[tokio::test]
async fn a_panic_in_a_handler_is_reported_without_its_cause() {
    let (_, server) = slow(gate(Credentials::Development)).await;
    let mut client = PolicyServiceClient::new(server.channel);
    let broken = client.list_rules(by(&anybody(), pb::ListRulesRequest::default())).await.unwrap_err();
    assert_eq!((broken.code(), reason(&broken).as_str()), (Code::Internal, "INTERNAL"));
    assert!(!broken.message().contains("a cause of its own"));
    assert_eq!(
        broken.get_details_error_info().unwrap().metadata["method"],
        "csp.policy.v1.PolicyService/ListRules"
    );
    client
        .get_decision(by(&anybody(), pb::GetDecisionRequest::default()))
        .await
        .expect("the server still answers");
}

#[tokio::test]
async fn a_server_at_its_call_limit_refuses_with_a_retry_delay() {
    let (slow, server) = slow(gate(Credentials::Development).with_calls_in_flight_max(1)).await;
    let mut client = PolicyServiceClient::new(server.channel);
    let mut first = client.clone();
    let waiting = tokio::spawn(async move { first.get_rule(by(&anybody(), get_rule("x"))).await });
    slow.started.notified().await;
    let full = client.get_decision(by(&anybody(), pb::GetDecisionRequest::default())).await.unwrap_err();
    assert_eq!((full.code(), reason(&full).as_str()), (Code::ResourceExhausted, "LIMIT_EXCEEDED"));
    assert!(full.get_details_retry_info().is_some());
    slow.go_on.notify_one();
    waiting.await.unwrap().unwrap();
    client
        .get_decision(by(&anybody(), pb::GetDecisionRequest::default()))
        .await
        .expect("a slot is free again");
}

#[tokio::test]
async fn an_overlong_request_is_refused_before_it_reaches_its_service() {
    let (_, server) = slow(gate(Credentials::Development).with_message_bytes_max(100)).await;
    let mut client = PolicyServiceClient::new(server.channel);
    let long = client.get_rule(by(&anybody(), get_rule(&"x".repeat(200)))).await.unwrap_err();
    assert_eq!((long.code(), reason(&long).as_str()), (Code::ResourceExhausted, "LIMIT_EXCEEDED"));
}
