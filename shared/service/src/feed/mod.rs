//! The change feed of a service: one implementation, four faces.
//!
//! ```text
//! commit ──▶ sequencer (sequencer.rs) ──▶ watcher (watcher.rs) ──▶ bounded queue ──▶ stream (stream.rs)
//!        wakes                        wakes: reads page by page, filters, tells events and bookmarks
//! ```
//! `request.rs` reads the request, `event.rs` makes an event of a journal entry. A watcher reads only what was
//! numbered, so it sees what other processes committed in the same order. Nothing is remembered of a watcher: all
//! it needs to go on is its cursor.

mod request;
mod event;
mod sequencer;
mod watcher;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use csp_proto::feed::v1 as pb;
use csp_store::feed::CursorError;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tracing::Instrument;

use crate::command::book::Book;
use crate::fault::{Fault, Result};
use crate::request::call::Call;
use watcher::Watcher;

pub use event::is_resource_type;
pub use request::{
    BOOKMARK_INTERVAL_DEFAULT, BOOKMARK_INTERVAL_MAX, BOOKMARK_INTERVAL_MIN, FILTER_VALUE_CHARS_MAX,
    FILTER_VALUES_MAX, Watch,
};
pub use sequencer::{TURN_PAUSE, TURN_PERIOD};
pub use stream::Watching;

/// What a watch tells next.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// A change.
    Event(Box<pb::Event>),
    /// Nothing new up to here.
    Bookmark(pb::Bookmark),
}

impl Told {
    /// As the content of a service's own response message, whose variants are given.
    pub fn put<C>(self, event: fn(pb::Event) -> C, bookmark: fn(pb::Bookmark) -> C) -> C {
        match self {
            Told::Event(told) => event(*told),
            Told::Bookmark(told) => bookmark(told),
        }
    }
}

/// How much the watchers of one service may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Watchers at once.
    pub watchers_max: u32,
    /// Events and bookmarks that wait for a consumer.
    pub queued_max: u32,
    /// How long a consumer with a full queue may take to make room.
    pub consumer_wait_max: Duration,
}

impl Limits {
    /// Unless configured otherwise.
    pub const DEFAULT: Limits =
        Limits { watchers_max: 100, queued_max: 64, consumer_wait_max: Duration::from_secs(30) };
}

/// What wakes the sequencer and the watchers of one service. Clones are the same.
#[derive(Debug, Clone)]
pub struct Feed {
    limits: Limits,
    seats: Arc<Semaphore>,
    committed: Arc<Notify>,
    /// The position that the next entry gets, as far as this process knows.
    next: Arc<watch::Sender<i64>>,
}

impl Feed {
    /// Nobody watches yet.
    pub fn new(limits: Limits) -> Self {
        let seats = usize::try_from(limits.watchers_max).unwrap_or(Semaphore::MAX_PERMITS);
        Feed {
            limits,
            seats: Arc::new(Semaphore::new(seats)),
            committed: Arc::new(Notify::new()),
            next: Arc::new(watch::Sender::new(0)),
        }
    }

    /// How many watch.
    pub fn watchers(&self) -> u32 {
        let free = u32::try_from(self.seats.available_permits()).unwrap_or(u32::MAX);
        self.limits.watchers_max.saturating_sub(free)
    }

    /// Entries were committed: wakes the sequencer.
    pub(crate) fn committed(&self) {
        self.committed.notify_one();
    }

    fn seat(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().map_err(|_| Fault::Overloaded {
            limit: "feed_watchers_max",
            value: u64::from(self.limits.watchers_max),
        })
    }
}

/// Starts a watch. `respond` makes the service's own response message of what is told.
///
/// Everything that was committed before the call is numbered first: `START_NOW` lies after it, and the first
/// bookmark that says `caught_up` after all of it.
pub async fn watch<R>(book: &Book, call: &Call, asked: Watch, respond: fn(Told) -> R) -> Result<Watching<R>> {
    let seat = book.feed.seat()?;
    let asked = asked.read(book.service)?;
    let state = book.sequence().await?;
    let place = {
        let mut reader = book.store.read().await?;
        asked.from.place(&mut reader, &state).await.map_err(|error| fault(book.service, error))?
    };
    let (queue, told) = mpsc::channel(usize::try_from(book.feed.limits.queued_max.max(1)).unwrap_or(1));
    let watcher = Watcher::new(book.clone(), state.id, place, asked.filter, asked.bookmark_interval, queue);
    let drain = call.drain.clone();
    let work = async move {
        let _seat = seat;
        watcher.watch(drain).await
    };
    Ok(Watching::new(told, tokio::spawn(work.in_current_span()), respond))
}

fn fault(service: &'static str, error: CursorError) -> Fault {
    match error {
        CursorError::Malformed => Fault::FeedCursorInvalid,
        CursorError::Foreign => Fault::FeedCursorForeign { service },
        CursorError::TooOld { position, first } => Fault::FeedCursorTooOld { service, position, first },
        CursorError::Store(error) => error.into(),
    }
}
