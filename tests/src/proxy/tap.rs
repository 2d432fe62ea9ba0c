//! A proxy between two peers that knows no protocol.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;

use super::listening::Listening;

/// Maximum number of bytes in flight in each direction of a connection.
const CHUNK_BYTES: usize = 16 * 1024;

/// A proxy in front of any peer. Dropping it closes its connections.
#[derive(Debug)]
pub struct Tap {
    listening: Listening,
    road: watch::Sender<Road>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    AnswersHeld,
    BlackHole,
    Cut,
}

/// The direction of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    ToServer,
    ToClient,
}

impl State {
    fn lets_pass(self, way: Way) -> bool {
        match self {
            State::Open => true,
            State::AnswersHeld => way == Way::ToServer,
            State::BlackHole | State::Cut => false,
        }
    }
}

#[derive(Debug)]
struct Road {
    state: State,
    // A count, so that a connection learns of a cut even if the tap is healed at once.
    cuts: u64,
}

impl Tap {
    /// Starts a tap that forwards everything to the peer at `target`.
    pub async fn start(target: SocketAddr) -> Tap {
        let road = watch::Sender::new(Road { state: State::Open, cuts: 0 });
        let shared = road.clone();
        let serve = move |client| serve(client, target, shared.subscribe());
        Tap { listening: Listening::start(serve).await, road }
    }

    /// Where the tap listens.
    pub fn address(&self) -> SocketAddr {
        self.listening.address()
    }

    /// From now on connections are accepted and stay open, and no byte passes in either direction. As on a
    /// real network, no byte is lost: the bytes sent meanwhile arrive after [`Tap::heal`].
    pub fn black_hole(&self) {
        self.road.send_modify(|road| road.state = State::BlackHole);
    }

    /// From now on bytes pass from the clients to the peer, and none pass back. No byte is lost: the peer's
    /// answers arrive after [`Tap::heal`].
    pub fn hold_answers(&self) {
        self.road.send_modify(|road| road.state = State::AnswersHeld);
    }

    /// Closes every connection, and every new one until [`Tap::heal`].
    pub fn cut(&self) {
        self.road.send_modify(|road| *road = Road { state: State::Cut, cuts: road.cuts + 1 });
    }

    /// Forwards everything again.
    pub fn heal(&self) {
        self.road.send_modify(|road| road.state = State::Open);
    }
}

async fn serve(client: TcpStream, target: SocketAddr, mut road: watch::Receiver<Road>) {
    let cuts = {
        let road = road.borrow_and_update();
        if road.state == State::Cut {
            return;
        }
        road.cuts
    };
    tokio::select! {
        _ = forward(client, target, road.clone()) => {}
        _ = road.wait_for(|road| road.cuts != cuts) => {}
    }
}

async fn forward(client: TcpStream, target: SocketAddr, mut road: watch::Receiver<Road>) -> io::Result<()> {
    open(&mut road, Way::ToServer).await?;
    let server = TcpStream::connect(target).await?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let there = pass(from_client, to_server, road.clone(), Way::ToServer);
    let back = pass(from_server, to_client, road, Way::ToClient);
    tokio::try_join!(there, back)?;
    Ok(())
}

async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut road: watch::Receiver<Road>,
    way: Way,
) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = from.read(&mut chunk).await?;
        open(&mut road, way).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        to.write_all(&chunk[..read]).await?;
    }
}

async fn open(road: &mut watch::Receiver<Road>, way: Way) -> io::Result<()> {
    road.wait_for(|road| road.state.lets_pass(way)).await.map_err(io::Error::other)?;
    Ok(())
}
