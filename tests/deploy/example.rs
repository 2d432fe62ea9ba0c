//! `deploy/csp.toml`: every key, its default, and its name in the environment.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

use csp_suite::service::Service;
use csp_tests::process::csp;
use tempfile::NamedTempFile;

use crate::deploy::entry::{Entry, entries, pairs, uncommented};

/// The views of a configuration: `None` is the view of `csp up`, the others are the views of `csp serve` for
/// each service.
fn views() -> Vec<Option<Service>> {
    std::iter::once(None).chain(Service::ALL.map(Some)).collect()
}

/// The keys and values in force, as `csp config` prints them.
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

/// An entry's value as `csp config` prints it, with the password hidden.
fn shown(entry: &Entry) -> String {
    entry.value.replace(":PASSWORD@", ":***@")
}

/// An environment variable with the value of its entry.
fn variable(name: &str, entry: &Entry) -> (String, String) {
    (name.to_owned(), entry.value.trim_matches('"').to_owned())
}

#[tokio::test]
async fn the_example_has_every_key_and_no_other() {
    let explained: BTreeSet<String> = entries().into_iter().map(|entry| entry.key).collect();
    let mut file = NamedTempFile::new().unwrap();
    // A key without a default is in force only when the file sets it.
    file.write_all(uncommented().as_bytes()).unwrap();
    let mut in_any_view = BTreeSet::new();
    for view in views() {
        in_any_view.extend(in_force(view, Some(file.path()), &[]).await.into_keys());
    }
    assert_eq!(explained, in_any_view);
}

#[tokio::test]
async fn every_value_of_the_example_takes_effect() {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(uncommented().as_bytes()).unwrap();
    for view in views() {
        let in_force = in_force(view, Some(file.path()), &[]).await;
        for entry in entries().iter().filter(|entry| in_force.contains_key(&entry.key)) {
            assert_eq!(in_force[&entry.key], shown(entry), "`{}` for {view:?}", entry.key);
        }
    }
}

#[tokio::test]
async fn the_defaults_in_the_example_are_true() {
    // A process with one service needs the addresses of its peers, which have no default.
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
async fn every_variable_in_the_example_sets_its_key() {
    let entries = entries();
    let spelled = |nth: fn(&Entry) -> Option<&String>| -> Vec<_> {
        entries.iter().filter_map(|entry| Some(variable(nth(entry)?, entry))).collect()
    };
    let first = spelled(|entry| entry.variables.first());
    let last = spelled(|entry| entry.variables.last());
    assert_ne!(first, last, "at least one key must have a second name (`DATABASE_URL`)");
    for environment in [first, last] {
        for view in views() {
            let in_force = in_force(view, None, &environment).await;
            for entry in entries.iter().filter(|entry| in_force.contains_key(&entry.key)) {
                assert_eq!(in_force[&entry.key], shown(entry), "`{}` for {view:?}", entry.key);
            }
        }
    }
}
