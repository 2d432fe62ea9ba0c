//! Starting a watch, at the service and at its client.

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
/// Everything that was committed before the call is numbered first: `START_NOW` lies after it, and the first
/// bookmark that says `caught_up` after all of it.
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

/// What a service tells whoever watches it.
pub type Following = Pin<Box<dyn Stream<Item = Result<Told, Status>> + Send>>;

/// Watches the service whose `WatchEvents` takes an `R`, as its client. What this build does not know of is left out.
///
/// # Errors
/// What the service refuses.
pub async fn follow<R: WatchEvents>(channel: Channel, asked: Request<Watch>) -> Result<Following, Status> {
    let mut client = Grpc::new(channel);
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let codec = ProstCodec::<R, R::Response>::default();
    let path = PathAndQuery::from_static(R::PATH);
    let stream = client.server_streaming(asked.map(R::of), path, codec).await?.into_inner();
    Ok(Box::pin(stream.filter_map(|told| told.map(R::told).transpose())))
}
