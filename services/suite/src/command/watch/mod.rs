//! `csp watch`: prints every change as it happens, one line each.

mod cloud_event;
mod follow;
mod line;

use std::net::SocketAddr;

use clap::Args;
use csp_proto::feed::v1::{EventFilter, Start, WatchEventsRequest};

use crate::command::client;
use crate::config::LISTEN_DEFAULT;
use crate::failure::Failure;
use crate::process::server::told_to_stop;
use follow::{Follower, Format};

/// The arguments of `csp watch`.
#[derive(Debug, Args)]
pub struct Watch {
    /// `beginning`, `oldest` (the oldest event still kept), `now`, or a cursor of this server
    #[arg(long, default_value = "now", value_name = "PLACE")]
    pub from: String,
    /// The name of a resource to watch; repeat for several. Left out: every resource
    #[arg(long = "resource", value_name = "NAME")]
    pub resources: Vec<String>,
    /// A kind of resource to watch, for example `csp.relationship.v1.Partnership`; repeat for several. Left
    /// out: every kind
    #[arg(long = "type", value_name = "KIND")]
    pub types: Vec<String>,
    /// Print each event in full, as JSON of `CloudEvents`
    #[arg(long)]
    pub json: bool,
    /// End when every event that exists at the start is printed
    #[arg(long)]
    pub once: bool,
    /// The suite, or the service, to watch
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
}

/// Prints events until the process is stopped, or with `--once` until every event that exists at the start is
/// printed. A connection that breaks is made again, and the watch goes on after the last printed event.
///
/// # Errors
/// [`Failure`] when no suite answers, or the suite refuses the watch; after the first event or bookmark the
/// failure names the argument with which the watch goes on.
pub async fn run(asked: Watch) -> Result<(), Failure> {
    let stopped = told_to_stop();
    let channel = client::open(asked.server).await?;
    let mut follower = Follower::new(channel, request(&asked), Format::of(asked.json));
    tokio::select! {
        ended = follower.follow(asked.once) => ended?,
        () = stopped => {}
    }
    if let Some(onward) = follower.onward() {
        eprintln!("csp: {onward}");
    }
    Ok(())
}

fn request(asked: &Watch) -> WatchEventsRequest {
    let (start, cursor) = match asked.from.as_str() {
        "beginning" => (Start::Beginning, ""),
        "oldest" => (Start::Oldest, ""),
        "now" => (Start::Now, ""),
        cursor => (Start::Unspecified, cursor),
    };
    let (resource_types, resources) = (asked.types.clone(), asked.resources.clone());
    let filter = EventFilter { resource_types, resources, ..EventFilter::default() };
    WatchEventsRequest {
        start: start.into(),
        cursor: cursor.to_owned(),
        filter: Some(filter),
        bookmark_interval: None,
    }
}
