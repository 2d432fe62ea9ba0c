//! A killed process loses nothing that it acknowledged, and a repeat after it has one effect.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod process;

use std::collections::BTreeSet;

use csp_proto::feed::v1::{Event, Start};
use csp_proto::partner_registry::v1::{CreateOrganizationRequest, ListOrganizationsRequest};
use csp_tests::{Party, after, from};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use csp_service::feed::Told;
use process::Process;

/// Writers at work when the process is killed.
const WRITERS: usize = 16;
/// Acknowledged writes after which it is killed.
const ACKNOWLEDGED_BEFORE_THE_KILL: usize = 200;
/// Kills in a row, on the same data.
const KILLS: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_kill_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    for kill in 0..KILLS {
        let process = Process::start(folder.path()).await;
        acknowledged.extend(write_until_killed(kill, process).await);
    }
    let process = Process::start(folder.path()).await;
    let stored = stored(&process.operator()).await;
    let lost: Vec<&String> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "{} of {} are lost, for example {:?}", lost.len(), acknowledged.len(), lost[0]);
    assert!(acknowledged.len() >= KILLS * ACKNOWLEDGED_BEFORE_THE_KILL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_of_the_feed_misses_nothing_over_kills_and_gets_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut told: Vec<Event> = Vec::new();
    for kill in 0..KILLS {
        let process = Process::start(folder.path()).await;
        let following = tokio::spawn(follow(process.operator(), told));
        write_until_killed(kill, process).await;
        told = following.await.unwrap();
    }
    let process = Process::start(folder.path()).await;
    let mut rest = process.operator().watch("partner-registry", resumed(&told)).await.unwrap();
    let before_the_last_kill = told.len();
    told.extend(rest.until_caught_up().await.0);
    assert!(before_the_last_kill > ACKNOWLEDGED_BEFORE_THE_KILL, "it followed: {before_the_last_kill}");
    assert!(told.iter().map(|event| event.position).eq(1..=i64::try_from(told.len()).unwrap()));
    let names: BTreeSet<String> = told.into_iter().map(|event| event.subject).collect();
    assert_eq!(names, stored(&process.operator()).await);
}

/// Takes what is told until the process is killed.
async fn follow(operator: Party, mut told: Vec<Event>) -> Vec<Event> {
    let mut watched = operator.watch("partner-registry", resumed(&told)).await.unwrap();
    while let Ok(Some(next)) = watched.told().await {
        if let Told::Event(event) = next {
            told.push(*event);
        }
    }
    told
}

fn resumed(told: &[Event]) -> csp_service::feed::Watch {
    told.last().map_or_else(|| from(Start::Beginning), |last| after(&last.cursor))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_after_a_kill_gets_the_first_answer() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(folder.path()).await;
    let wanted = CreateOrganizationRequest { request_id: "once".to_owned(), ..organization(String::new()) };
    let first = process.operator().registry().create_organization(wanted.clone()).await.unwrap().into_inner();
    process.kill().await;

    let process = Process::start(folder.path()).await;
    let second = process.operator().registry().create_organization(wanted).await.unwrap().into_inner();
    assert_eq!(first, second);
    assert_eq!(stored(&process.operator()).await.len(), 1);
}

/// Keeps writers busy and kills the process in the middle; the names that were acknowledged.
async fn write_until_killed(kill: usize, process: Process) -> Vec<String> {
    let (acknowledge, mut acknowledged) = mpsc::unbounded_channel();
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let (operator, acknowledge) = (process.operator(), acknowledge.clone());
        writers.spawn(async move {
            for number in 0.. {
                let wanted = organization(format!("o-{kill}-{writer}-{number}"));
                let Ok(created) = operator.registry().create_organization(wanted).await else { return };
                acknowledge.send(created.into_inner().organization.unwrap().name).unwrap();
            }
        });
    }
    drop(acknowledge);
    let mut names = Vec::new();
    while names.len() < ACKNOWLEDGED_BEFORE_THE_KILL {
        names.push(acknowledged.recv().await.expect("the writers go on until the kill"));
    }
    process.kill().await;
    while let Some(name) = acknowledged.recv().await {
        names.push(name);
    }
    writers.join_all().await;
    names
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
