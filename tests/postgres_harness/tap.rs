//! The tap, in front of a peer that echoes.

use std::io;
use std::time::Duration;

use csp_tests::proxy::Tap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// A peer that echoes, with a tap in front of it.
async fn tap() -> Tap {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = client.split();
                tokio::io::copy(&mut from, &mut to).await
            });
        }
    });
    Tap::start(address).await
}

async fn echo(client: &mut TcpStream, text: &str) -> io::Result<String> {
    client.write_all(text.as_bytes()).await?;
    hear(client, text.len()).await
}

async fn hear(client: &mut TcpStream, length: usize) -> io::Result<String> {
    let mut heard = vec![0; length];
    client.read_exact(&mut heard).await?;
    Ok(String::from_utf8(heard).unwrap())
}

async fn hears_nothing(client: &mut TcpStream) -> bool {
    timeout(Duration::from_millis(50), client.read_u8()).await.is_err()
}

#[tokio::test]
async fn the_tap_forwards_both_directions_and_the_end_of_a_stream() {
    let tap = tap().await;
    let mut client = TcpStream::connect(tap.address()).await.unwrap();
    assert_eq!(echo(&mut client, "hello").await.unwrap(), "hello");
    client.shutdown().await.unwrap();
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0, "the end of the peer's stream is passed on too");
}

#[tokio::test]
async fn a_black_hole_delays_every_byte_and_loses_none() {
    let tap = tap().await;
    let mut before = TcpStream::connect(tap.address()).await.unwrap();
    assert_eq!(echo(&mut before, "hello").await.unwrap(), "hello");
    tap.black_hole();
    let mut during = TcpStream::connect(tap.address()).await.unwrap();
    before.write_all(b"before").await.unwrap();
    during.write_all(b"during").await.unwrap();
    assert!(hears_nothing(&mut before).await);
    assert!(hears_nothing(&mut during).await);
    tap.heal();
    assert_eq!(hear(&mut before, 6).await.unwrap(), "before");
    assert_eq!(hear(&mut during, 6).await.unwrap(), "during");
}

#[tokio::test]
async fn requests_pass_while_answers_are_held() {
    let peer = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let tap = Tap::start(peer.local_addr().unwrap()).await;
    tap.hold_answers();
    let mut client = TcpStream::connect(tap.address()).await.unwrap();
    client.write_all(b"question").await.unwrap();
    let (mut peer, _) = peer.accept().await.unwrap();
    assert_eq!(hear(&mut peer, 8).await.unwrap(), "question");
    peer.write_all(b"answer").await.unwrap();
    assert!(hears_nothing(&mut client).await);
    tap.heal();
    assert_eq!(hear(&mut client, 6).await.unwrap(), "answer");
}

#[tokio::test]
async fn a_cut_closes_every_connection_until_it_is_healed() {
    let tap = tap().await;
    let mut before = TcpStream::connect(tap.address()).await.unwrap();
    assert_eq!(echo(&mut before, "hello").await.unwrap(), "hello");
    tap.cut();
    assert!(echo(&mut before, "hello").await.is_err());
    let mut during = TcpStream::connect(tap.address()).await.unwrap();
    assert!(echo(&mut during, "hello").await.is_err());
    tap.heal();
    assert!(echo(&mut before, "hello").await.is_err(), "a cut connection stays cut");
    let mut after = TcpStream::connect(tap.address()).await.unwrap();
    assert_eq!(echo(&mut after, "hello").await.unwrap(), "hello");
}

#[tokio::test]
async fn a_cut_closes_connections_even_when_it_is_healed_at_once() {
    let tap = tap().await;
    let mut client = TcpStream::connect(tap.address()).await.unwrap();
    assert_eq!(echo(&mut client, "hello").await.unwrap(), "hello");
    tap.cut();
    tap.heal();
    assert!(echo(&mut client, "hello").await.is_err());
}

#[tokio::test]
async fn a_connection_in_a_black_hole_can_be_cut() {
    let tap = tap().await;
    tap.black_hole();
    let mut client = TcpStream::connect(tap.address()).await.unwrap();
    assert!(hears_nothing(&mut client).await);
    tap.cut();
    assert!(echo(&mut client, "hello").await.is_err());
}
