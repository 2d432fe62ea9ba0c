//! A service that cannot write: every place in the queue of its database is taken.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Waker};

use csp_store::{Error, Store, Tx, WRITERS_WAITING_MAX};

/// A writer in the queue.
type Place = Pin<Box<dyn Future<Output = Result<Tx, Error>> + Send>>;

/// Keeps a database busy until it is dropped: who wants to write is told at once that it is unavailable.
pub struct Busy {
    _writer: Tx,
    _waiting: Vec<Place>,
}

impl Busy {
    /// Takes the writer, and every place behind it.
    pub async fn keeping(store: &Store) -> Busy {
        let writer = store.begin().await.unwrap();
        let mut waiting = Vec::with_capacity(WRITERS_WAITING_MAX);
        for _ in 0..WRITERS_WAITING_MAX {
            let store = store.clone();
            let mut place: Place = Box::pin(async move { store.begin().await });
            // Looked at once, it stands in the queue.
            assert!(place.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            waiting.push(place);
        }
        Busy { _writer: writer, _waiting: waiting }
    }
}
