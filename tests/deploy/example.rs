//! `deploy/csp.toml`: every key, its default, and its name in the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use csp_suite::service::Service;
use csp_tests::process::csp;
use tempfile::NamedTempFile;

use crate::deploy::entry::{Entry, entries, pairs, said_in_full};

/// How a command is asked: as `csp up` sees the configuration, and as `csp serve` of each service does.
fn views() -> Vec<Option<Service>> {
    std::iter::once(None).chain(Service::ALL.map(Some)).collect()
}

/// What `csp config` says is in force.
async fn in_force(
    view: Option<Service>,
    file: Option<&Path>,
    environment: &[(String, String)],
) -> BTreeMap<String, String> {
    let mut command = csp();
    command.arg("config").envs(environment.iter().cloned());
    if let Some(service) = view {
        command.args(["--service", service.name()]);
    }
    if let Some(file) = file {
        command.arg("--config").arg(file);
    }
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    pairs(&String::from_utf8(output.stdout).unwrap()).into_iter().collect()
}

/// An entry's value as `csp config` shows it.
fn shown(entry: &Entry) -> String {
    entry.value.replace(":PASSWORD@", ":***@")
}

/// A variable with the value of its entry.
fn variable(name: &str, entry: &Entry) -> (String, String) {
    (name.to_owned(), entry.value.trim_matches('"').to_owned())
}

#[tokio::test]
async fn every_key_in_force_is_in_the_example() {
    let explained: BTreeSet<String> = entries().into_iter().map(|entry| entry.key).collect();
    let mut file = NamedTempFile::new().unwrap();
    // What has no default is in force only when it is said.
    file.write_all(said_in_full().as_bytes()).unwrap();
    let mut in_any_view = BTreeSet::new();
    for view in views() {
        in_any_view.extend(in_force(view, Some(file.path()), &[]).await.into_keys());
    }
    assert_eq!(explained, in_any_view);
}

#[tokio::test]
async fn what_the_example_says_or_comments_out_is_what_comes_into_force() {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(said_in_full().as_bytes()).unwrap();
    for view in views() {
        let in_force = in_force(view, Some(file.path()), &[]).await;
        for entry in entries().iter().filter(|entry| in_force.contains_key(&entry.key)) {
            assert_eq!(in_force[&entry.key], shown(entry), "`{}` for {view:?}", entry.key);
        }
    }
}

#[tokio::test]
async fn a_default_in_the_example_is_the_default() {
    // A process of one service needs its peers, which have no default.
    let entries = entries();
    let peers = entries.iter().filter(|entry| entry.key.starts_with("peers."));
    let peers: Vec<_> = peers.map(|entry| variable(&entry.variables[0], entry)).collect();
    assert_eq!(peers.len(), Service::ALL.len());
    for view in [None, Some(Service::Customer)] {
        let in_force = in_force(view, None, &peers).await;
        let with_default = entries.iter().filter(|entry| entry.default != "none");
        for entry in with_default.filter(|entry| in_force.contains_key(&entry.key)) {
            assert_eq!(in_force[&entry.key], entry.default, "`{}`", entry.key);
        }
    }
}

#[tokio::test]
async fn the_environment_spells_a_key_as_the_example_says() {
    let entries = entries();
    let spelled = |nth: fn(&Entry) -> Option<&String>| -> Vec<_> {
        entries.iter().filter_map(|entry| Some(variable(nth(entry)?, entry))).collect()
    };
    let first = spelled(|entry| entry.variables.first());
    let last = spelled(|entry| entry.variables.last());
    assert_ne!(first, last, "`DATABASE_URL` is another name");
    for environment in [first, last] {
        for view in views() {
            let in_force = in_force(view, None, &environment).await;
            for entry in entries.iter().filter(|entry| in_force.contains_key(&entry.key)) {
                assert_eq!(in_force[&entry.key], shown(entry), "`{}` for {view:?}", entry.key);
            }
        }
    }
}
