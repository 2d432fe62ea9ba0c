//! What cargo is asked for on a page: packages and targets that are there.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use crate::architecture::files::root;

/// What the pages ask cargo to do.
const SUBCOMMANDS: [&str; 7] = ["build", "clippy", "doc", "fmt", "metadata", "run", "test"];

/// What this workspace has.
pub(crate) static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::of_the_workspace);

/// What cargo knows in this workspace: `--test suite`, `--package csp-tests`.
#[derive(Debug)]
pub(crate) struct Targets(BTreeSet<(&'static str, String)>);

impl Targets {
    fn of_the_workspace() -> Targets {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["metadata", "--format-version=1", "--no-deps", "--offline"]).current_dir(root());
        let output = cargo.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut known = BTreeSet::new();
        for package in metadata["packages"].as_array().unwrap() {
            known.insert(("--package", text(&package["name"])));
            for target in package["targets"].as_array().unwrap() {
                let kinds = target["kind"].as_array().unwrap();
                for (kind, option) in [("bin", "--bin"), ("test", "--test")] {
                    if kinds.iter().any(|named| named == kind) {
                        known.insert((option, text(&target["name"])));
                    }
                }
            }
        }
        Targets(known)
    }

    /// What is wrong with a command of cargo; other commands are well.
    pub(crate) fn problem_of(&self, words: &[&str]) -> Option<String> {
        let (&"cargo", asked) = words.split_first()? else { return None };
        let (subcommand, options) = asked.split_first()?;
        if !SUBCOMMANDS.contains(subcommand) {
            return Some(format!("nobody asks cargo to `{subcommand}`"));
        }
        let options = options.split(|word| *word == "--").next().unwrap_or_default();
        for pair in options.windows(2) {
            let &[option, name] = pair else { continue };
            let option = match option {
                "-p" | "--package" => "--package",
                "--bin" => "--bin",
                "--test" => "--test",
                _ => continue,
            };
            if !self.0.contains(&(option, name.to_owned())) {
                return Some(format!("there is no `{option} {name}`"));
            }
        }
        let filter = options.last()?.strip_suffix("::")?;
        let is_there = root().join("tests").join(filter.split("::").next()?).join("mod.rs").exists();
        (*subcommand == "test" && !is_there).then(|| format!("no test is in `{filter}`"))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_can_be_asked_for() {
        let problem = |line: &str| TARGETS.problem_of(&line.split_whitespace().collect::<Vec<_>>());
        for well in [
            "cargo test -p csp-tests --test suite pages::",
            "cargo run --release -p csp-tests --bin bench -- --test gone",
            "tests/run PSH-11",
            "cargo build --release --bin csp",
        ] {
            assert_eq!(problem(well), None, "{well}");
        }
        for gone in [
            "cargo test -p csp-test",
            "cargo test -p csp-tests --test gone",
            "cargo test --test suite gone::",
            "cargo run --bin gone",
            "cargo destroy",
        ] {
            assert!(problem(gone).is_some(), "{gone}");
        }
    }
}
