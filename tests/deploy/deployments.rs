//! The variables that the deployments set, and how long the deployments wait for a process to stop.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use csp_suite::suite::STOP_MAX;

use crate::deploy::entry::{entries, folder};

/// Files below `deploy/` and the text before the time for which the deployment waits for a process to stop.
const GRACES: [(&str, &str); 3] = [
    ("compose.yaml", "stop_grace_period: "),
    ("kubernetes/stateful-set.yaml", "terminationGracePeriodSeconds: "),
    ("systemd/csp@.service", "TimeoutStopSec="),
];

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

/// The names of all variables of the suite in a text.
fn variables_in(text: &str) -> BTreeSet<String> {
    let is_of_a_name = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    let words = text.split(|letter| !is_of_a_name(letter));
    words.filter(|word| word.starts_with("CSP__")).map(str::to_owned).collect()
}

#[test]
fn the_example_explains_every_variable_of_a_deployment() {
    let explained: BTreeSet<String> = entries().into_iter().flat_map(|entry| entry.variables).collect();
    let mut used = BTreeSet::new();
    for file in files_below(&folder()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let variables = variables_in(&text);
        let unknown: Vec<_> = variables.difference(&explained).collect();
        assert!(unknown.is_empty(), "{}: {unknown:?}", file.display());
        used.extend(variables);
    }
    assert!(used.contains("CSP__INTERNAL_LISTEN"), "{used:?}");
}

#[test]
fn a_variable_is_found_anywhere_in_a_text() {
    let text = "A=1 CSP__DATA=/x\n  - { name: CSP__LISTNE, value: 1 }";
    assert_eq!(variables_in(text), ["CSP__DATA", "CSP__LISTNE"].map(str::to_owned).into());
}

#[test]
fn every_deployment_waits_longer_than_a_process_takes_to_stop() {
    for (file, key) in GRACES {
        let text = std::fs::read_to_string(folder().join(file)).unwrap();
        let said: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix(key)).collect();
        assert!(!said.is_empty(), "{file} does not say `{key}`");
        for grace in said {
            let grace = Duration::from_secs(grace.trim_end_matches('s').parse().unwrap());
            assert!(grace > STOP_MAX, "{file} waits only {grace:?}, a process may take {STOP_MAX:?}");
        }
    }
}
