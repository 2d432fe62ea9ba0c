//! A client that follows the feed while its process is killed and restarted.

use std::collections::BTreeSet;
use std::process::Stdio;

use csp_proto::feed::v1::watch_events_response::Content;
use csp_proto::feed::v1::{ChangeEvent, Start, WatchEventsRequest};
use csp_proto::partner_registry::v1::{CreateOrganizationRequest, ListOrganizationsRequest};
use csp_suite::service::Service;
use csp_tests::cluster::{Cluster, Layout};
use csp_tests::databases::Databases;
use csp_tests::faults::record;
use csp_tests::{Party, after, from};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::crash::cast::START;
use crate::crash::load::WAIT_MAX;

/// Writers at work when the process is killed.
const WRITERS: usize = 16;
/// Acknowledged writes before the kill, in each round.
const ACKNOWLEDGED_BEFORE_THE_KILL: usize = 200;
/// Events that the client receives before the kill, in each round.
const EVENTS_BEFORE_THE_KILL: usize = 100;
/// Kills in a row, on the same data.
const KILLS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_the_feed_gets_each_event_once_across_kills() {
    let mut cluster = Cluster::start(Databases::sqlite(), Layout::One, START).await;
    let mut events: Vec<ChangeEvent> = Vec::new();
    for kill in 0..KILLS {
        let operator = Party::operator(cluster.way());
        let (count, mut counted) = watch::channel(events.len());
        let enough = events.len() + EVENTS_BEFORE_THE_KILL;
        let following = tokio::spawn(follow(operator.clone(), events, count));
        let followed = async { drop(counted.wait_for(|count| *count >= enough).await.unwrap()) };
        write_until_killed(kill, &mut cluster, operator, followed).await;
        events = following.await.unwrap();
        cluster.start_missing(START).await;
    }
    let operator = Party::operator(cluster.way());
    let mut rest = operator.watch(resumed(&events)).await.unwrap();
    let before_the_last_kill = events.len();
    events.extend(rest.until_caught_up().await.0);
    assert!(events.iter().map(|event| event.position).eq(1..=i64::try_from(events.len()).unwrap()));
    let count = events.len();
    let names: BTreeSet<String> = events.into_iter().map(|event| event.subject).collect();
    assert_eq!(names, stored(&operator).await);
    record(
        "SIGKILL while a client follows the feed: csp up on SQLite",
        "resumed after its last cursor, the client misses no event and gets no event twice",
        KILLS,
        &format!(
            "{count} events at positions 1 to {count}, {before_the_last_kill} of them before the last kill"
        ),
        "a gap in the feed positions is found: tests/crash/doctored.rs",
        "",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn csp_watch_prints_each_event_once_across_kills() {
    let mut cluster = Cluster::start(Databases::sqlite(), Layout::One, START).await;
    let operator = Party::operator(cluster.way());
    let server = cluster.place(Service::PartnerRegistry).public.to_string();
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_csp-under-test"));
    command.args(["watch", "--from", "beginning", "--json", "--server", &server]);
    let mut watching =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    let mut printed = Vec::new();
    for kill in 0..KILLS {
        operator.registry().create_organization(organization(format!("w-{kill}"))).await.unwrap();
        let line = timeout(WAIT_MAX, lines.next_line()).await.expect("the watch goes on").unwrap().unwrap();
        let event: serde_json::Value = serde_json::from_str(&line).unwrap();
        printed.push((
            event["subject"].as_str().unwrap().to_owned(),
            event["sequence"].as_str().unwrap().to_owned(),
        ));
        cluster.kill(cluster.members()).await;
        cluster.start_missing(START).await;
    }
    let expected: Vec<_> =
        (0..KILLS).map(|kill| (format!("organizations/w-{kill}"), format!("{:019}", kill + 1))).collect();
    assert_eq!(printed, expected);
    record(
        "SIGKILL while `csp watch` prints the feed: csp up on SQLite",
        "it connects again, and prints each event once",
        KILLS,
        &format!("{KILLS} events printed once, each after a restart"),
        "a gap in the feed positions is found: tests/crash/doctored.rs",
        "",
    );
}

/// Collects events until the process is killed.
async fn follow(
    operator: Party,
    mut events: Vec<ChangeEvent>,
    count: watch::Sender<usize>,
) -> Vec<ChangeEvent> {
    let mut watched = operator.watch(resumed(&events)).await.unwrap();
    while let Ok(Some(next)) = watched.event_or_bookmark().await {
        if let Content::Event(event) = next {
            events.push(event);
            count.send_replace(events.len());
        }
    }
    events
}

fn resumed(events: &[ChangeEvent]) -> WatchEventsRequest {
    events.last().map_or_else(|| from(Start::Beginning), |last| after(&last.cursor))
}

/// Starts writers and kills the process under them, once enough writes are acknowledged and `followed` has
/// ended.
async fn write_until_killed(
    kill: usize,
    cluster: &mut Cluster,
    operator: Party,
    followed: impl Future<Output = ()>,
) {
    let (acknowledge, mut acknowledged) = mpsc::unbounded_channel();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (operator, acknowledge) = (operator.clone(), acknowledge.clone());
        writers.spawn(async move {
            for number in 0.. {
                let wanted = organization(format!("o-{kill}-{writer}-{number}"));
                let Ok(_) = operator.registry().create_organization(wanted).await else { return };
                acknowledge.send(()).unwrap();
            }
        });
    }
    for _ in 0..ACKNOWLEDGED_BEFORE_THE_KILL {
        acknowledged.recv().await.expect("the writers go on until the kill");
    }
    timeout(WAIT_MAX, followed).await.expect("the client receives events while the writers go on");
    cluster.kill(cluster.members()).await;
    writers.join_all().await;
}

fn organization(id: String) -> CreateOrganizationRequest {
    let (legal_name, country) = ("Any Ltd".to_owned(), "DE".to_owned());
    CreateOrganizationRequest { organization_id: id, legal_name, country, ..Default::default() }
}

async fn stored(operator: &Party) -> BTreeSet<String> {
    let (mut names, mut page_token) = (BTreeSet::new(), String::new());
    loop {
        let request = ListOrganizationsRequest { page_size: 500, page_token, ..Default::default() };
        let page = operator.registry().list_organizations(request).await.unwrap().into_inner();
        names.extend(page.organizations.into_iter().map(|organization| organization.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return names;
        }
    }
}
