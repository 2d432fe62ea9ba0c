//! `csp.feed.v1.FeedService`: one feed of the books of this process.

use std::sync::Arc;
use std::time::Duration;

use csp_proto::feed::v1 as pb;
use csp_proto::feed::v1::feed_service_server::FeedService;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tonic::{Request, Response, Status};
use tracing::Instrument;

use super::request::Asked;
use super::source::Source;
use super::stream::Watching;
use super::watcher::Watcher;
use crate::command::book::Book;
use crate::fault::{Fault, Result};
use crate::request::call::Call;

/// Limits of the watchers of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Maximum number of concurrent watchers.
    pub watchers_max: u32,
    /// Maximum number of events and bookmarks in the queue of one consumer.
    pub queued_max: u32,
    /// Maximum time that a consumer's queue may stay full.
    pub consumer_wait_max: Duration,
}

impl Limits {
    /// The limits of a feed that configures none.
    pub const DEFAULT: Limits =
        Limits { watchers_max: 100, queued_max: 64, consumer_wait_max: Duration::from_secs(30) };
}

/// The feed of a process: the changes of all its books. Clones share the limit of watchers.
#[derive(Debug, Clone)]
pub struct Feed {
    books: Vec<Book>,
    deployment: Arc<str>,
    limits: Limits,
    seats: Arc<Semaphore>,
}

impl Feed {
    /// The feed of these books. `deployment` names the deployment in the source of every event.
    pub fn new(books: Vec<Book>, deployment: &str) -> Self {
        Feed { books, deployment: deployment.into(), limits: Limits::DEFAULT, seats: seats(Limits::DEFAULT) }
    }

    /// This feed with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Feed { limits, seats: seats(limits), ..self }
    }

    /// The number of watchers.
    pub fn watchers(&self) -> u32 {
        let free = u32::try_from(self.seats.available_permits()).unwrap_or(u32::MAX);
        self.limits.watchers_max.saturating_sub(free)
    }

    /// Starts the watch that a request of `WatchEvents` asks for.
    ///
    /// All entries committed before the call are numbered first. `START_NOW` therefore begins after them, and
    /// the first bookmark with `caught_up` comes after all of them.
    ///
    /// # Errors
    /// [`Fault::Overloaded`] at the limit of watchers; [`Fault::Invalid`] for a malformed request; the cursor
    /// faults of [`Fault`] for a cursor that the feed does not accept.
    pub async fn watch(&self, call: &Call, request: pb::WatchEventsRequest) -> Result<Watching> {
        let seat = self.seat()?;
        let services: Vec<&str> = self.books.iter().map(|book| book.service).collect();
        let Asked { from, filter, bookmark_interval } = Asked::read(request, &services)?;
        let mut sources = Vec::new();
        for book in &self.books {
            sources.push(Source::open(book.clone(), &self.deployment).await?);
        }
        from.place(&mut sources, &self.name()).await?;
        let (queue, told) = mpsc::channel(usize::try_from(self.limits.queued_max.max(1)).unwrap_or(1));
        let watcher = Watcher::new(sources, filter, bookmark_interval, self.limits.consumer_wait_max, queue);
        let drain = call.drain.clone();
        let work = async move {
            let _seat = seat;
            watcher.watch(drain).await
        };
        Ok(Watching::new(told, tokio::spawn(work.in_current_span())))
    }

    /// The name of the feed in errors: the source of its only service, or the deployment.
    fn name(&self) -> String {
        match self.books.as_slice() {
            [book] => Source::name(&self.deployment, book.service),
            _ => format!("//{}", self.deployment),
        }
    }

    /// Takes a slot of the limit on watchers, which is free again when the permit is dropped.
    fn seat(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.seats).try_acquire_owned().map_err(|_| Fault::Overloaded {
            limit: "feed_watchers_max",
            value: u64::from(self.limits.watchers_max),
        })
    }
}

fn seats(limits: Limits) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(usize::try_from(limits.watchers_max).unwrap_or(Semaphore::MAX_PERMITS)))
}

#[tonic::async_trait]
impl FeedService for Feed {
    type WatchEventsStream = Watching;

    async fn watch_events(
        &self,
        request: Request<pb::WatchEventsRequest>,
    ) -> Result<Response<Watching>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(self.watch(&call, request.into_inner()).await?))
    }
}
