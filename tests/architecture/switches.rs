//! Tests read the environment by one list of variables, and CONTRIBUTING.md has that list.

use std::collections::BTreeSet;

use csp_tests::switches::ALL;

use crate::architecture::files::{files, root, shown};

/// The scripts that read variables too.
const SCRIPTS: [&str; 4] = ["tests/run", "tests/postgres", "tests/faults-table", "tests/clients/run"];

/// Files that read the environment otherwise, and why.
const OTHERS: &[(&str, &str)] = &[
    ("tests/src/switches.rs", "it is the list"),
    ("tests/src/process.rs", "it removes variables from the environment of processes under test"),
    ("tests/src/postgres.rs", "it looks for programs on PATH"),
    ("tests/src/grpcurl.rs", "it looks for a program on PATH"),
    ("tests/conformance/main.rs", "RUST_TEST_THREADS is cargo's"),
    ("tests/architecture/switches.rs", "it is this test"),
];

/// The words of a text that are names of our variables.
fn variables(text: &str) -> BTreeSet<&str> {
    let words = text.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_');
    words.filter(|word| word.strip_prefix("CSP_").is_some_and(|rest| !rest.starts_with('_'))).collect()
}

#[test]
fn contributing_md_lists_every_switch() {
    let page = std::fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let rows: Vec<String> =
        ALL.iter().map(|switch| format!("| `{}` | {} |", switch.name, switch.meaning)).collect();
    assert!(page.contains(&rows.join("\n")), "CONTRIBUTING.md must have these rows:\n{}", rows.join("\n"));
}

#[test]
fn scripts_read_listed_switches_only() {
    let listed: BTreeSet<&str> = ALL.iter().map(|switch| switch.name).collect();
    for script in SCRIPTS {
        let text = std::fs::read_to_string(root().join(script)).unwrap();
        let unlisted: Vec<&str> = variables(&text).difference(&listed).copied().collect();
        assert!(unlisted.is_empty(), "{script} reads {unlisted:?}: list them in tests/src/switches.rs");
    }
}

#[test]
fn tests_read_the_environment_by_switches_only() {
    let is_other = |file: &str| OTHERS.iter().any(|(other, _)| *other == file);
    for file in files(&["tests"], "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        let reads = text.contains("env::var");
        assert!(!reads || is_other(&shown(&file)), "{} reads the environment: add a switch", shown(&file));
    }
}

/// The negative control.
#[test]
fn an_unlisted_variable_is_found() {
    assert_eq!(variables("[ \"${CSP_NEW:-}\" = 1 ] && CSP__DATA=x"), BTreeSet::from(["CSP_NEW"]));
}
