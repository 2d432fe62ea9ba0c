//! Starts a watch, on the service's side and on the client's side.

use std::pin::Pin;

use csp_proto::{Told, Watch, WatchEvents};
use http::uri::PathAndQuery;
use tokio::sync::mpsc;
use tokio_stream::{Stream, StreamExt};
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_prost::ProstCodec;
use tracing::Instrument;

use super::request::{Asked, cursor_fault};
use super::stream::Watching;
use super::watcher::Watcher;
use crate::command::book::Book;
use crate::fault::Result;
use crate::request::call::Call;

/// Starts the watch that a request of `WatchEvents` asks for.
///
/// All entries committed before the call are numbered first. `START_NOW` therefore begins after them, and the
/// first bookmark with `caught_up` comes after all of them.
///
/// # Errors
/// [`crate::Fault::Overloaded`] at the limit of watchers; [`crate::Fault::Invalid`] for a malformed request;
/// the cursor faults of [`crate::Fault`] for a cursor that the feed does not accept.
pub async fn watch<R: WatchEvents>(book: &Book, call: &Call, request: R) -> Result<Watching<R::Response>> {
    let seat = book.feed.seat()?;
    let asked = Asked::read(request.watch(), book.service)?;
    let state = book.sequence().await?;
    let place = {
        let mut reader = book.store.read().await?;
        asked.from.place(&mut reader, &state).await.map_err(|error| cursor_fault(book.service, error))?
    };
    let (queue, told) = mpsc::channel(usize::try_from(book.feed.limits.queued_max.max(1)).unwrap_or(1));
    let watcher = Watcher::new(book.clone(), state.id, place, asked.filter, asked.bookmark_interval, queue);
    let drain = call.drain.clone();
    let work = async move {
        let _seat = seat;
        watcher.watch(drain).await
    };
    Ok(Watching::new(told, tokio::spawn(work.in_current_span()), R::respond))
}

/// The events and bookmarks of a service, as its client reads them.
pub type Following = Pin<Box<dyn Stream<Item = Result<Told, Status>> + Send>>;

/// Watches the service whose `WatchEvents` takes an `R`, as a client. Responses of a kind that this build
/// does not know are left out.
///
/// # Errors
/// The status of the service when it refuses the watch; UNAVAILABLE when the service cannot be reached.
pub async fn follow<R: WatchEvents>(channel: Channel, asked: Request<Watch>) -> Result<Following, Status> {
    let mut client = Grpc::new(channel);
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let codec = ProstCodec::<R, R::Response>::default();
    let path = PathAndQuery::from_static(R::PATH);
    let stream = client.server_streaming(asked.map(R::of), path, codec).await?.into_inner();
    Ok(Box::pin(stream.filter_map(|told| told.map(R::told).transpose())))
}
