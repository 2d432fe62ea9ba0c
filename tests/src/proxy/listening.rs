//! A socket whose every connection is served by a task.

use std::future::Future;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A listening socket on loopback. Dropping it closes the socket and all of its connections.
#[derive(Debug)]
pub(super) struct Listening {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Listening {
    pub(super) async fn start<F, S>(serve: F) -> Listening
    where
        F: Fn(TcpStream) -> S + Send + 'static,
        S: Future<Output: Send> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepting = tokio::spawn(async move {
            let mut sessions = JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.unwrap();
                client.set_nodelay(true).unwrap();
                sessions.spawn(serve(client));
                while sessions.try_join_next().is_some() {}
            }
        });
        Listening { address, accepting }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
