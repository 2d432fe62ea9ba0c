//! The cargo commands of a page: their packages and targets must exist.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use crate::architecture::files::root;

/// The subcommands of cargo that pages may use.
const SUBCOMMANDS: [&str; 7] = ["build", "clippy", "doc", "fmt", "metadata", "run", "test"];

/// The packages and targets of this workspace.
pub(crate) static TARGETS: LazyLock<Targets> = LazyLock::new(Targets::of_the_workspace);

/// Options of cargo with their valid names, such as `--test suite` and `--package csp-tests`.
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

    /// The problem of a cargo command; `None` for a valid command, and for a command of another program.
    pub(crate) fn problem_of(&self, words: &[&str]) -> Option<String> {
        let (&"cargo", asked) = words.split_first()? else { return None };
        let (subcommand, options) = asked.split_first()?;
        if !SUBCOMMANDS.contains(subcommand) {
            return Some(format!("pages may not use `cargo {subcommand}`"));
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
    fn a_package_or_target_that_does_not_exist_is_found() {
        let problem = |line: &str| TARGETS.problem_of(&line.split_whitespace().collect::<Vec<_>>());
        for valid in [
            "cargo test -p csp-tests --test suite pages::",
            "cargo run --release -p csp-tests --bin bench -- --test gone",
            "tests/run PSH-11",
            "cargo build --release --bin csp",
        ] {
            assert_eq!(problem(valid), None, "{valid}");
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
