//! `csp watch`: prints every change as it happens, one line each.

mod follow;
mod line;

use std::io::Write;
use std::net::SocketAddr;

use clap::{Args, ValueEnum};
use csp_proto::feed::v1::{EventFilter, Start};
use csp_service::feed;
use tokio::sync::mpsc;
use tokio::task::JoinError;
use tonic::Status;
use tonic_types::StatusExt;

use crate::command::client;
use crate::config::LISTEN_DEFAULT;
use crate::failure::Failure;
use crate::process::service::Service;
use follow::follow;
use line::Format;

/// Maximum number of lines that wait to be printed. When the queue is full, the feeds wait.
const LINES_QUEUED_MAX: usize = 64;

/// The arguments of `csp watch`.
#[derive(Debug, Args)]
pub struct Watch {
    /// A service to watch; repeat for several. Left out: all four
    #[arg(long = "service", value_name = "NAME")]
    pub services: Vec<Service>,
    /// `beginning`, `oldest` (the oldest event still kept), `now`, or the cursor of an event or bookmark of
    /// one service
    #[arg(long, default_value = "now", value_name = "PLACE")]
    pub from: String,
    /// The name of a resource to watch; repeat for several. Left out: every resource
    #[arg(long = "resource", value_name = "NAME")]
    pub resources: Vec<String>,
    /// A kind of resource to watch, for example `Partnership`; repeat for several. Left out: every kind
    #[arg(long = "type", value_name = "KIND")]
    pub types: Vec<String>,
    /// Print each event in full, as JSON
    #[arg(long)]
    pub json: bool,
    /// End when every event that exists at the start is printed
    #[arg(long)]
    pub once: bool,
    /// The suite to watch
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
}

/// Prints events until the process is stopped, or with `--once` until every event that exists at the start is
/// printed.
///
/// # Errors
/// [`Failure`] when an argument does not fit, no suite answers, or a feed ends; the failure then names the
/// command that resumes it where there is one.
pub async fn run(asked: Watch) -> Result<(), Failure> {
    let services = chosen(&asked)?;
    let (start, cursor) = place(&asked.from, &services)?;
    let channel = client::open(asked.server).await?;
    let (lines, mut printed) = mpsc::channel(LINES_QUEUED_MAX);
    let mut watched = tokio::task::JoinSet::new();
    for service in services {
        let filter = EventFilter {
            resource_types: types_of(service, &asked.types),
            resources: asked.resources.clone(),
            ..Default::default()
        };
        let place = (start, cursor.clone(), filter);
        let (format, lines, once) = (Format::of(asked.json), lines.clone(), asked.once);
        let following = follow(service, channel.clone(), place, format, lines, once);
        watched.spawn(async move { following.await.map_err(|status| ended(service, status)) });
    }
    drop(lines);
    loop {
        tokio::select! {
            biased;
            line = printed.recv() => match line {
                Some(line) if writeln!(std::io::stdout(), "{line}").is_ok() => {}
                // The standard output is closed: the reader needs no more lines.
                Some(_) => return Ok(()),
                None => break,
            },
            Some(watch) = watched.join_next() => whole(watch)?,
        }
    }
    while let Some(watch) = watched.join_next().await {
        whole(watch)?;
    }
    Ok(())
}

fn whole(watch: Result<Result<(), Failure>, JoinError>) -> Result<(), Failure> {
    watch.map_err(|error| Failure::Usage(format!("a watch broke down: {error}")))?
}

/// The failure behind the end of a feed. When the status holds a cursor, the message says how to resume from
/// there.
fn ended(service: Service, status: Status) -> Failure {
    let info = status.get_details_error_info();
    match info.as_ref().and_then(|info| info.metadata.get("cursor")) {
        Some(cursor) => {
            let (name, message) = (service.name(), status.message());
            Failure::Usage(format!("{message}\ncsp: go on with `--service {name} --from {cursor}`"))
        }
        None => Failure::Refused(Box::new(status)),
    }
}

/// The services to watch: the named ones, or all four; when kinds are named, only services that own one of
/// the kinds.
///
/// # Errors
/// [`Failure::Usage`] for a kind that no watched service owns.
fn chosen(asked: &Watch) -> Result<Vec<Service>, Failure> {
    let named = if asked.services.is_empty() { Service::value_variants() } else { asked.services.as_slice() };
    let unknown = asked
        .types
        .iter()
        .find(|kind| !named.iter().any(|service| feed::is_resource_type(service.name(), kind)));
    if let Some(kind) = unknown {
        return Err(Failure::Usage(format!("`{kind}` is no kind of resource of a watched service")));
    }
    let has_one =
        |service: &&Service| asked.types.is_empty() || !types_of(**service, &asked.types).is_empty();
    Ok(named.iter().filter(has_one).copied().collect())
}

/// The kinds that `service` owns, out of `kinds`.
fn types_of(service: Service, kinds: &[String]) -> Vec<String> {
    kinds.iter().filter(|kind| feed::is_resource_type(service.name(), kind)).cloned().collect()
}

/// The value of `--from` as the contract's start and cursor.
///
/// # Errors
/// [`Failure::Usage`] for a cursor when more than one service is watched.
fn place(from: &str, services: &[Service]) -> Result<(Start, String), Failure> {
    match from {
        "beginning" => Ok((Start::Beginning, String::new())),
        "oldest" => Ok((Start::Oldest, String::new())),
        "now" => Ok((Start::Now, String::new())),
        cursor if services.len() == 1 => Ok((Start::Unspecified, cursor.to_owned())),
        _ => {
            let problem = "a cursor belongs to one service: name it with --service (or say `beginning`, `oldest` or `now`)";
            Err(Failure::Usage(problem.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(services: &[Service], from: &str, types: &[&str]) -> Watch {
        Watch {
            services: services.to_vec(),
            from: from.to_owned(),
            resources: Vec::new(),
            types: types.iter().map(|kind| (*kind).to_owned()).collect(),
            json: false,
            once: false,
            server: LISTEN_DEFAULT.parse().unwrap(),
        }
    }

    #[test]
    fn a_resource_type_selects_the_service_that_owns_it() {
        assert_eq!(chosen(&asked(&[], "now", &["Order"])).unwrap(), [Service::Subscription]);
        assert_eq!(chosen(&asked(&[], "now", &[])).unwrap().len(), 4);
        for unknown in [asked(&[], "now", &["Oder"]), asked(&[Service::Customer], "now", &["Order"])] {
            assert!(matches!(chosen(&unknown), Err(Failure::Usage(_))));
        }
    }

    #[test]
    fn a_cursor_is_accepted_for_one_service_only() {
        assert_eq!(place("now", &[]).unwrap(), (Start::Now, String::new()));
        let one = place("AWb3", &[Service::Customer]).unwrap();
        assert_eq!(one, (Start::Unspecified, "AWb3".to_owned()));
        assert!(place("AWb3", &[Service::Customer, Service::Relationship]).is_err());
    }

    #[test]
    fn a_watch_that_the_server_ends_names_the_command_that_resumes_it() {
        let cut = csp_service::Fault::Stopping { cursor: "AWb3".to_owned() };
        let failure = ended(Service::Customer, cut.into()).to_string();
        assert!(failure.ends_with("go on with `--service customer --from AWb3`"), "{failure}");
        assert!(matches!(ended(Service::Customer, Status::internal("x")), Failure::Refused(_)));
    }
}
