//! A peer that restarts during a call: the call is retried on the next connection.

use std::time::Duration;

use crate::{Call, Clock, Credentials, Fault, Gate, Health, Ids, Peer, Services, reach, serve, was_cut_off};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// The first HTTP/2 frame of a server: SETTINGS without entries.
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
/// A GOAWAY frame that rejects every call: last stream id 0, error code NO_ERROR.
const GOAWAY: [u8; 17] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// The frame type of HEADERS, with which a call begins.
const HEADERS: u8 = 1;
/// Length of the HTTP/2 preface of a client.
const PREFACE_BYTES: usize = 24;
const FRAME_HEAD_BYTES: usize = 9;

/// Waits for the first call, and then ends the connection without processing the call, like a server that is
/// told to stop.
async fn stop_at_the_first_call(mut connection: TcpStream) {
    connection.write_all(&SETTINGS).await.unwrap();
    let mut preface = [0; PREFACE_BYTES];
    connection.read_exact(&mut preface).await.unwrap();
    loop {
        let mut head = [0; FRAME_HEAD_BYTES];
        connection.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut frame = vec![0; usize::try_from(length).unwrap()];
        connection.read_exact(&mut frame).await.unwrap();
        if head[3] == HEADERS {
            break;
        }
    }
    connection.write_all(&GOAWAY).await.unwrap();
}

/// A peer whose server stops at each of the first `calls` calls, one call per connection. Its successor
/// answers the next call.
async fn restarted_at_the_first(calls: usize) -> Peer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let peer = Peer::new(
        "relationship",
        reach(format!("http://{}", listener.local_addr().unwrap()).parse().unwrap()),
    );
    tokio::spawn(async move {
        for _ in 0..calls {
            stop_at_the_first_call(listener.accept().await.unwrap().0).await;
        }
        let gate = Gate::try_new(Credentials::Internal, Clock::system(), Ids::seeded(1)).unwrap();
        serve(listener, Services::new(), gate, Health::default(), std::future::pending()).await.unwrap();
    });
    peer
}

async fn ask(peer: &Peer) -> Result<(), Fault> {
    let call = Call::of_service("customer", "Resume");
    let asked = HealthCheckRequest::default();
    let answer = peer
        .ask(&call, asked, async |channel, request| HealthClient::new(channel).check(request).await)
        .await;
    answer.map(|_| ())
}

#[tokio::test]
async fn a_call_to_a_stopping_peer_is_retried_on_its_successor() {
    ask(&restarted_at_the_first(0).await).await.expect("a peer without a restart answers");
    ask(&restarted_at_the_first(1).await).await.expect("the successor answers");
    ask(&restarted_at_the_first(2).await).await.expect("the successor's successor answers");
    let given_up =
        ask(&restarted_at_the_first(3).await).await.expect_err("a call is tried at most three times");
    assert!(matches!(given_up, Fault::Peer { peer: "relationship" }), "{given_up:?}");
}

#[tokio::test]
async fn a_call_rejected_by_goaway_counts_as_cut_off_and_an_answered_error_does_not() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let channel = reach(format!("http://{}", listener.local_addr().unwrap()).parse().unwrap());
    tokio::spawn(async move { stop_at_the_first_call(listener.accept().await.unwrap().0).await });
    let taken_back = HealthClient::new(channel).check(HealthCheckRequest::default()).await.unwrap_err();
    assert!(was_cut_off(&taken_back), "{taken_back:?}");
    assert!(!was_cut_off(&Status::internal("the server's own fault")));
}

#[tokio::test]
async fn a_timeout_does_not_count_as_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let channel = reach(format!("http://{}", listener.local_addr().unwrap()).parse().unwrap());
    let mut asked = tonic::Request::new(HealthCheckRequest::default());
    asked.set_timeout(Duration::from_millis(50));
    let given_up = HealthClient::new(channel).check(asked).await.unwrap_err();
    assert_eq!(given_up.code(), Code::Cancelled, "{given_up:?}");
    assert!(!was_cut_off(&given_up), "{given_up:?}");
}
