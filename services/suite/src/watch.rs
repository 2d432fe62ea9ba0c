//! `csp watch`: every change as it happens, one line each.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};
use csp_proto::customer::v1 as customer;
use csp_proto::feed::v1::{Bookmark, Event, EventFilter, Start};
use csp_proto::partner_registry::v1 as registry;
use csp_proto::relationship::v1 as relationship;
use csp_proto::subscription::v1 as subscription;
use csp_service::{feed, json};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tonic::Status;
use tonic::transport::Channel;

use crate::cli::{LISTEN_DEFAULT, say};
use crate::connection;
use crate::failure::Failure;

/// Lines that wait to be printed.
const LINES_QUEUED_MAX: usize = 64;

/// `csp watch`.
#[derive(Debug, Args)]
pub struct Watch {
    /// A service to watch; repeat for several. Left out: all four
    #[arg(long = "service", value_name = "NAME")]
    pub services: Vec<Service>,
    /// `beginning`, `oldest` (that is kept), `now`, or the cursor of an event or bookmark of one service
    #[arg(long, default_value = "now", value_name = "PLACE")]
    pub from: String,
    /// A resource to tell of, by its name; repeat for several. Left out: every one
    #[arg(long = "resource", value_name = "NAME")]
    pub resources: Vec<String>,
    /// A kind of resource to tell of, for example `Partnership`; repeat for several. Left out: every one
    #[arg(long = "type", value_name = "KIND")]
    pub types: Vec<String>,
    /// Print each event as JSON, whole
    #[arg(long)]
    pub json: bool,
    /// End when everything that was there is told
    #[arg(long)]
    pub once: bool,
    /// The suite to watch
    #[arg(long, default_value = LISTEN_DEFAULT)]
    pub server: SocketAddr,
}

/// A service, as it is written on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Service {
    /// Companies, partner accounts, users, agreements, listings
    PartnerRegistry,
    /// Partnerships, reseller relationships, admin grants, invitations
    Relationship,
    /// Customers, their agreements, operations
    Customer,
    /// Offers, carts, orders, subscriptions
    Subscription,
}

/// What a watched service tells.
#[derive(Debug)]
enum Told {
    Event(Box<Event>),
    Bookmark(Bookmark),
}

/// Watches until told to stop, or until the end with `--once`.
pub async fn run(asked: Watch) -> Result<(), Failure> {
    let services = chosen(&asked)?;
    let (start, cursor) = place(&asked.from, &services)?;
    let channel = connection::open(asked.server).await?;
    let (lines, mut printed) = mpsc::channel(LINES_QUEUED_MAX);
    let mut watched = tokio::task::JoinSet::new();
    for service in services {
        let filter = EventFilter {
            resource_types: service.types_of(&asked.types),
            resources: asked.resources.clone(),
            ..Default::default()
        };
        let place = (start, cursor.clone(), filter);
        let (format, lines, once) = (Format::of(asked.json), lines.clone(), asked.once);
        watched.spawn(follow(service, channel.clone(), place, format, lines, once));
    }
    drop(lines);
    while let Some(line) = printed.recv().await {
        say(line);
    }
    while let Some(ended) = watched.join_next().await {
        ended
            .map_err(|error| Failure::Usage(format!("a watch broke down: {error}")))?
            .map_err(|status| Failure::Refused(Box::new(status)))?;
    }
    Ok(())
}

/// The services to watch: those that have one of the kinds, where kinds are named.
fn chosen(asked: &Watch) -> Result<Vec<Service>, Failure> {
    let named = if asked.services.is_empty() { Service::value_variants() } else { asked.services.as_slice() };
    let unknown = asked
        .types
        .iter()
        .find(|kind| !named.iter().any(|service| feed::is_resource_type(service.name(), kind)));
    if let Some(kind) = unknown {
        return Err(Failure::Usage(format!("`{kind}` is no kind of resource of a watched service")));
    }
    let has_one = |service: &&Service| asked.types.is_empty() || !service.types_of(&asked.types).is_empty();
    Ok(named.iter().filter(has_one).copied().collect())
}

/// `--from` as the contract says it.
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

/// Makes a watch of one service from what its generated code calls things.
macro_rules! watch {
    ($package:ident, $client:path, $channel:expr, $place:expr, $told:expr) => {{
        let (start, cursor, filter) = $place;
        let request = $package::WatchEventsRequest {
            start: start.into(),
            cursor,
            filter: Some(filter),
            bookmark_interval: None,
        };
        let mut client = <$client>::new($channel);
        let mut stream = client.watch_events(connection::by_operator(request)).await?.into_inner();
        while let Some(response) = stream.message().await? {
            let told = match response.content {
                Some($package::watch_events_response::Content::Event(event)) => Told::Event(Box::new(event)),
                Some($package::watch_events_response::Content::Bookmark(bookmark)) => {
                    Told::Bookmark(bookmark)
                }
                None => continue,
            };
            if !$told(told).await {
                break;
            }
        }
        Ok(())
    }};
}

async fn follow(
    service: Service,
    channel: Channel,
    place: (Start, String, EventFilter),
    format: Format,
    lines: mpsc::Sender<String>,
    once: bool,
) -> Result<(), Status> {
    let tell = async |told: Told| match told {
        Told::Event(event) => lines.send(format.line(service, &event)).await.is_ok(),
        Told::Bookmark(bookmark) => !(once && bookmark.caught_up),
    };
    match service {
        Service::PartnerRegistry => watch!(
            registry,
            registry::partner_registry_service_client::PartnerRegistryServiceClient<Channel>,
            channel,
            place,
            tell
        ),
        Service::Relationship => watch!(
            relationship,
            relationship::relationship_service_client::RelationshipServiceClient<Channel>,
            channel,
            place,
            tell
        ),
        Service::Customer => watch!(
            customer,
            customer::customer_service_client::CustomerServiceClient<Channel>,
            channel,
            place,
            tell
        ),
        Service::Subscription => watch!(
            subscription,
            subscription::subscription_service_client::SubscriptionServiceClient<Channel>,
            channel,
            place,
            tell
        ),
    }
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Service::PartnerRegistry => csp_partner_registry::NAME,
            Service::Relationship => csp_relationship::NAME,
            Service::Customer => csp_customer::NAME,
            Service::Subscription => csp_subscription::NAME,
        }
    }

    /// Those of the kinds that this service has.
    fn types_of(self, kinds: &[String]) -> Vec<String> {
        kinds.iter().filter(|kind| feed::is_resource_type(self.name(), kind)).cloned().collect()
    }
}

/// How an event is printed.
#[derive(Debug, Clone, Copy)]
enum Format {
    People,
    Json,
}

impl Format {
    fn of(json: bool) -> Self {
        if json { Format::Json } else { Format::People }
    }

    fn line(self, service: Service, event: &Event) -> String {
        match self {
            Format::People => told(service, event),
            Format::Json => json(event).unwrap_or_else(|_| event.cursor.clone()),
        }
    }
}

/// An event for people: when, what, who, and by which decision.
fn told(service: Service, event: &Event) -> String {
    let time = event.time.as_ref().and_then(|time| Timestamp::new(time.seconds, time.nanos).ok());
    let time = time.map_or_else(String::new, |time| time.to_string());
    let verb = event.r#type.rsplit('.').next().unwrap_or_default();
    let (name, position, revision) = (service.name(), event.position, event.revision);
    let Event { subject, actor, command, decision_id, .. } = event;
    let decision = if decision_id.is_empty() { String::new() } else { format!(", decision {decision_id}") };
    format!("{time} {name} #{position} {verb} {subject} @{revision} – {command} by {actor}{decision}")
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
    fn a_kind_is_watched_where_it_is_kept() {
        assert_eq!(chosen(&asked(&[], "now", &["Order"])).unwrap(), [Service::Subscription]);
        assert_eq!(chosen(&asked(&[], "now", &[])).unwrap().len(), 4);
        for unknown in [asked(&[], "now", &["Oder"]), asked(&[Service::Customer], "now", &["Order"])] {
            assert!(matches!(chosen(&unknown), Err(Failure::Usage(_))));
        }
    }

    #[test]
    fn a_cursor_needs_its_service() {
        assert_eq!(place("now", &[]).unwrap(), (Start::Now, String::new()));
        let one = place("AWb3", &[Service::Customer]).unwrap();
        assert_eq!(one, (Start::Unspecified, "AWb3".to_owned()));
        assert!(place("AWb3", &[Service::Customer, Service::Relationship]).is_err());
    }

    #[test]
    fn an_event_is_one_line() {
        let event = Event {
            r#type: "csp.relationship.v1.Partnership.changed".to_owned(),
            subject: "partnerships/p".to_owned(),
            position: 12,
            revision: 2,
            actor: "partner/contoso.example/ana".to_owned(),
            command: "AcceptPartnership".to_owned(),
            decision_id: "relationship-1".to_owned(),
            time: Some(prost_types::Timestamp { seconds: 0, nanos: 0 }),
            ..Default::default()
        };
        assert_eq!(
            told(Service::Relationship, &event),
            "1970-01-01T00:00:00Z relationship #12 changed partnerships/p @2 – AcceptPartnership by \
             partner/contoso.example/ana, decision relationship-1"
        );
    }
}
