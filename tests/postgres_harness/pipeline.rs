//! Clients without a driver, which write the protocol's bytes themselves: one pipelines several units, one
//! asks for encryption. A unit is a sequence of messages up to a Sync.

use csp_tests::proxy::{Count, Fault};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::postgres_harness::scene::Scene;

/// Kind of the message ReadyForQuery, which ends an answer.
const READY: u8 = b'Z';

/// A unit that executes a statement without parameters: Parse, Bind, Execute and Sync.
fn unit(sql: &str) -> Vec<u8> {
    let parse = message(b'P', &[b"\0", sql.as_bytes(), b"\0", &[0, 0]].concat());
    let bind = message(b'B', &[0; 8]);
    let execute = message(b'E', &[0; 5]);
    [parse, bind, execute, message(b'S', &[])].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind], &length(body)[..], body].concat()
}

fn length(body: &[u8]) -> [u8; 4] {
    u32::try_from(4 + body.len()).unwrap().to_be_bytes()
}

/// Opens a session through the scene's proxy.
async fn open(scene: &Scene) -> TcpStream {
    let mut client = TcpStream::connect(scene.proxy.address()).await.unwrap();
    open_on(&mut client, scene).await;
    client
}

async fn open_on(client: &mut TcpStream, scene: &Scene) {
    let version = 196_608_u32.to_be_bytes();
    let parameters = format!("user\0csp\0database\0{}\0\0", scene.database.name());
    let body = [&version, parameters.as_bytes()].concat();
    client.write_all(&[&length(&body), &body[..]].concat()).await.unwrap();
    assert_eq!(kinds_until_ready(client).await.1, 'I');
}

/// Reads messages of the server up to ReadyForQuery. Returns their kinds, and the transaction's status in the
/// last one.
async fn kinds_until_ready(client: &mut TcpStream) -> (String, char) {
    let mut kinds = String::new();
    loop {
        let kind = client.read_u8().await.unwrap();
        let mut body = vec![0; client.read_u32().await.unwrap() as usize - 4];
        client.read_exact(&mut body).await.unwrap();
        kinds.push(char::from(kind));
        if kind == READY {
            return (kinds, char::from(body[0]));
        }
    }
}

#[tokio::test]
async fn pipelined_units_are_answered_in_order_when_one_is_refused() {
    let Some(scene) = Scene::set().await else { return };
    let mut client = open(&scene).await;
    scene.proxy.fail_nth(2, Fault::Serialization);
    let units = ["SELECT 1", "SELECT 2", "SELECT 3"].map(unit).concat();
    client.write_all(&units).await.unwrap();
    let answered = ("12DCZ".to_owned(), 'I');
    assert_eq!(kinds_until_ready(&mut client).await, answered);
    assert_eq!(kinds_until_ready(&mut client).await, ("EZ".to_owned(), 'I'));
    assert_eq!(kinds_until_ready(&mut client).await, answered);
    assert_eq!(scene.proxy.count(), Count { round_trips: 3, statements: 3, parses: 3 });
}

#[tokio::test]
async fn a_refusal_reports_the_status_of_the_transaction() {
    let Some(scene) = Scene::set().await else { return };
    let mut client = open(&scene).await;
    scene.proxy.fail_nth(2, Fault::Serialization);
    client.write_all(&["BEGIN", "SELECT 2", "COMMIT"].map(unit).concat()).await.unwrap();
    assert_eq!(kinds_until_ready(&mut client).await, ("12CZ".to_owned(), 'T'));
    assert_eq!(kinds_until_ready(&mut client).await, ("EZ".to_owned(), 'E'));
    assert_eq!(kinds_until_ready(&mut client).await, ("12CZ".to_owned(), 'I'));
}

#[tokio::test]
async fn a_flush_is_answered_before_the_sync() {
    let Some(scene) = Scene::set().await else { return };
    let mut client = open(&scene).await;
    let parse = message(b'P', b"\0SELECT 1\0\0\0");
    client.write_all(&[parse, message(b'H', &[])].concat()).await.unwrap();
    assert_eq!(client.read_u8().await.unwrap(), b'1', "the statement is parsed");
    client.read_u32().await.unwrap();
    client.write_all(&message(b'S', &[])).await.unwrap();
    assert_eq!(kinds_until_ready(&mut client).await, ("Z".to_owned(), 'I'));
    assert_eq!(scene.proxy.count(), Count { round_trips: 1, statements: 0, parses: 1 });
}

#[tokio::test]
async fn encryption_is_declined_and_the_session_opens_without_it() {
    let Some(scene) = Scene::set().await else { return };
    let mut client = TcpStream::connect(scene.proxy.address()).await.unwrap();
    for code in [80_877_104_u32, 80_877_103] {
        client.write_all(&[8_u32.to_be_bytes(), code.to_be_bytes()].concat()).await.unwrap();
        assert_eq!(client.read_u8().await.unwrap(), b'N');
    }
    open_on(&mut client, &scene).await;
}
