//! A service whose database takes no write: the queue of writers is full (SQLite), or the table of decisions
//! is locked (PostgreSQL).

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use csp_store::{Error, Store, Tx, WRITERS_WAITING_MAX};
use csp_suite::service::Service;
use sqlx::PgConnection;

use crate::Running;

/// Blocks every write that stores a decision. Readers go on.
const LOCK: &str = "BEGIN; LOCK TABLE decision IN EXCLUSIVE MODE";

/// A write that waits in the queue.
type Place = Pin<Box<dyn Future<Output = Result<Tx, Error>> + Send>>;

/// Keeps a database busy until dropped. On SQLite a new write fails at once with [`Error::Unavailable`]; on
/// PostgreSQL a new write waits for a lock that it does not get.
pub enum Busy {
    /// SQLite: the writer and every place in the queue are taken.
    Queue {
        /// The open write.
        _writer: Tx,
        /// The writes in the queue.
        _waiting: Vec<Place>,
    },
    /// PostgreSQL: an open transaction holds the lock.
    Lock {
        /// The connection of the transaction.
        _holder: PgConnection,
    },
}

impl Busy {
    /// Keeps the database of this service busy.
    pub async fn keeping(suite: &Running, service: Service) -> Busy {
        match suite.databases().on_server(service) {
            Some(database) => {
                let mut holder = database.connect().await;
                sqlx::raw_sql(LOCK).execute(&mut holder).await.unwrap();
                Busy::Lock { _holder: holder }
            }
            None => Busy::filling(&suite.suite().book(service).unwrap().store).await,
        }
    }

    /// Takes the writer and every free place in the queue. The service's own work may hold some places.
    async fn filling(store: &Store) -> Busy {
        let writer = begin(store.clone()).await.unwrap();
        let mut waiting = Vec::with_capacity(WRITERS_WAITING_MAX);
        loop {
            assert!(waiting.len() <= WRITERS_WAITING_MAX, "the queue of writers is longer than its limit");
            let mut place: Place = Box::pin(begin(store.clone()));
            // Polled once, the write either joins the queue or finds the queue full.
            match place.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Pending => waiting.push(place),
                Poll::Ready(Err(Error::Unavailable { .. })) => break,
                Poll::Ready(other) => panic!("expected the writer to be taken: {other:?}"),
            }
        }
        Busy::Queue { _writer: writer, _waiting: waiting }
    }
}

/// A write that has the writer: its transaction is open.
async fn begin(store: Store) -> Result<Tx, Error> {
    let mut tx = store.write();
    tx.conn().await?;
    Ok(tx)
}
