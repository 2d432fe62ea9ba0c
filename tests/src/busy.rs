//! A service that cannot write: every place in the queue of its database is taken, or its decisions are locked.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use csp_store::{Error, Store, Tx, WRITERS_WAITING_MAX};
use csp_suite::service::Service;
use sqlx::PgConnection;

use crate::Running;

/// Readers go on; no act is decided that is to be stored.
const LOCK: &str = "BEGIN; LOCK TABLE decision IN EXCLUSIVE MODE";

/// A writer in the queue.
type Place = Pin<Box<dyn Future<Output = Result<Tx, Error>> + Send>>;

/// Keeps a database busy until it is dropped. On SQLite, who wants to write is told at once that it is unavailable;
/// on PostgreSQL, it waits in vain.
pub enum Busy {
    /// The one writer, and those behind it.
    Queue {
        /// Whose turn it is.
        _writer: Tx,
        /// Who waits.
        _waiting: Vec<Place>,
    },
    /// Who holds the lock.
    Lock {
        /// Its connection.
        _holder: PgConnection,
    },
}

impl Busy {
    /// Keeps the database of that service busy.
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

    /// Takes the writer, and every place behind it that nobody else has taken: the service's own work may stand there.
    async fn filling(store: &Store) -> Busy {
        let writer = begin(store.clone()).await.unwrap();
        let mut waiting = Vec::with_capacity(WRITERS_WAITING_MAX);
        loop {
            assert!(waiting.len() <= WRITERS_WAITING_MAX, "more wait for the writer than may");
            let mut place: Place = Box::pin(begin(store.clone()));
            // Looked at once, it stands in the queue, or finds it full.
            match place.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Pending => waiting.push(place),
                Poll::Ready(Err(Error::Unavailable { .. })) => break,
                Poll::Ready(other) => panic!("the writer is taken: {other:?}"),
            }
        }
        Busy::Queue { _writer: writer, _waiting: waiting }
    }
}

/// A write that has its turn.
async fn begin(store: Store) -> Result<Tx, Error> {
    let mut tx = store.write();
    tx.conn().await?;
    Ok(tx)
}
