//! The direction of dependencies between crates and between files, and the rules for the source text:
//! portable SQL, listed statements, short files.

mod cycles;
mod code;
mod contract_files;
pub(crate) mod files;
mod imports;
mod portable;
mod source;
mod switches;

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

/// Every crate of the suite, with the crates of the suite that it may depend on.
const ALLOWED: &[(&str, &[&str])] = &[
    ("csp-policy", &[]),
    ("csp-proto", &[]),
    ("csp-store", &[]),
    ("csp-service", &["csp-policy", "csp-proto", "csp-store"]),
    ("csp-partner-registry", SHARED),
    ("csp-relationship", SHARED),
    ("csp-customer", SHARED),
    ("csp-subscription", SHARED),
    (
        "csp-suite",
        &[
            "csp-policy",
            "csp-proto",
            "csp-store",
            "csp-service",
            "csp-partner-registry",
            "csp-relationship",
            "csp-customer",
            "csp-subscription",
        ],
    ),
];

const SHARED: &[&str] = &["csp-policy", "csp-proto", "csp-store", "csp-service"];

/// The normal dependencies of each crate of this workspace, without those for tests and builds.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(|package| (text(&package["name"]), normal_dependencies(package))).collect()
}

fn normal_dependencies(package: &Value) -> Vec<String> {
    let dependencies = package["dependencies"].as_array().unwrap();
    dependencies.iter().filter(|one| one["kind"].is_null()).map(|one| text(&one["name"])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn dependencies_point_one_way() {
    let found = dependencies();
    for (name, allowed) in ALLOWED {
        let ours = found[*name].iter().filter(|dependency| dependency.starts_with("csp-"));
        for dependency in ours {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn every_crate_is_in_the_table_of_dependencies() {
    let known: Vec<&str> = ALLOWED.iter().map(|(name, _)| *name).chain(["csp-tests"]).collect();
    for name in dependencies().keys() {
        assert!(known.contains(&name.as_str()), "{name} has no row in the table of dependencies");
    }
}

#[test]
fn the_policy_depends_only_on_a_date_library() {
    assert_eq!(dependencies()["csp-policy"], ["jiff"]);
}

#[test]
fn the_store_depends_on_no_grpc_or_protobuf_library() {
    let store = &dependencies()["csp-store"];
    for foreign in ["tonic", "prost", "prost-types", "tonic-types"] {
        assert!(!store.iter().any(|name| name == foreign), "csp-store must not depend on {foreign}");
    }
}
