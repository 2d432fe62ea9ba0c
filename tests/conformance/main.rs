//! Conformance with the rule book, tested over a socket. For every rule at every boundary that enforces the
//! rule, a case plays two acts: one that the rule refuses, and its twin. The twin is the same act with one
//! fact changed, and is accepted. Every RPC for clients is called at least once with success and at least
//! once with a refusal, and every metadata key that the contract documents for a reason is sent at least
//! once.
//!
//! The cases are data, in one file for each group of boundaries. The name of each case starts with its rule:
//! `cargo test -p csp-tests --test conformance PSH-11`. A rule that no case can reach at a boundary is
//! removed from that boundary. The exceptions are the rules of every sale at a sale to an existing
//! subscription: see [`SETTLED`].
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[macro_use]
mod scene;

mod registry;
mod users;
mod partnership;
mod invitation;
mod customer;
mod edges;
mod order;
mod subscription;
mod reads;

use std::collections::BTreeSet;
use std::process::ExitCode;

use csp_service::access::contract;
use csp_tests::{answered, keys_never_sent};
use libtest_mimic::{Arguments, Failed, Trial};
use scene::Case;

/// Scenes played concurrently, unless `--test-threads` or `RUST_TEST_THREADS` sets another number. More than
/// [`WORKERS`], because a scene mostly waits.
const AT_ONCE: usize = 4;
/// Runtime threads that the suites of all scenes share.
const WORKERS: usize = 2;

fn cases() -> impl Iterator<Item = &'static Case> {
    let families = [
        registry::CASES,
        users::CASES,
        partnership::CASES,
        invitation::CASES,
        customer::CASES,
        edges::CASES,
        order::CASES,
        subscription::CASES,
    ];
    families.into_iter().flatten()
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    let threads = std::env::var("RUST_TEST_THREADS").ok().and_then(|threads| threads.parse().ok());
    arguments.test_threads.get_or_insert(threads.unwrap_or(AT_ONCE));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let runtime = runtime.unwrap();
    let mut trials = vec![Trial::test("every rule has a case at every boundary that enforces it", || {
        none_is_missing(rules_not_covered())
    })];
    trials.extend(cases().map(|case| match case.boundary {
        "SubmitOrder" => case.trial_on(order::first_order, runtime.handle()),
        _ => case.trial(runtime.handle()),
    }));
    trials.extend(reads::scenes().map(|scene| scene.trial(runtime.handle())));

    let whole = trials.len();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let is_whole = usize::try_from(conclusion.num_passed).is_ok_and(|passed| passed == whole);
    let missing =
        || rpcs_not_covered().into_iter().chain(keys_never_sent()).chain(order::idle_first_order()).collect();
    match if is_whole { none_is_missing(missing()) } else { Ok(()) } {
        Ok(()) => conclusion.exit_code(),
        Err(missing) => {
            eprintln!("{}", missing.message().unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}

fn none_is_missing(missing: Vec<String>) -> Result<(), Failed> {
    if missing.is_empty() { Ok(()) } else { Err(missing.join("\n").into()) }
}

/// Boundaries of sales to an existing subscription.
const SALES_TO_EXISTING: &[&str] = &["ChangeQuantity", "UpgradeSubscription"];

/// Rules that judge every sale, of which no call can change the facts after the purchase. The rule book has
/// their cases at these boundaries.
const SETTLED: &[&str] = &[
    // An authorized account stays authorized.
    "ENR-11", // An account keeps its MPN IDs, and an MPN ID its account.
    "AGR-04", "SUB-04", // A tenant stays in its cloud.
    "RGN-04", // The reseller of record is stored by its MPN ID.
    "PSH-13",
];

fn rules_not_covered() -> Vec<String> {
    let mut covered: BTreeSet<(&str, &str)> = cases().map(|case| (case.boundary, case.rule)).collect();
    let mut missing = Vec::new();
    for settled in SALES_TO_EXISTING.iter().flat_map(|boundary| SETTLED.iter().map(|rule| (*boundary, *rule)))
    {
        if !covered.insert(settled) {
            missing.push(format!("{} at {} has a case: it is not settled", settled.1, settled.0));
        }
    }
    for listing in csp_policy::boundaries::ALL {
        for rule in (listing.rules)() {
            if !covered.contains(&(listing.name, rule.id)) {
                missing.push(format!("{} at {} is not covered", rule.id, listing.name));
            }
        }
    }
    missing
}

/// The RPCs that no scene called with success or with a refusal. Complete only after all scenes were played.
fn rpcs_not_covered() -> Vec<String> {
    let answered = answered();
    let mut missing = Vec::new();
    for rpc in contract().unwrap().rpcs().filter(|rpc| !rpc.path.contains("FactsService")) {
        for (succeeded, word) in [(true, "success"), (false, "a refusal")] {
            // Operations are kept: their deletion is not implemented.
            let is_expected = !(succeeded && rpc.name == "DeleteOperation");
            if is_expected && !answered.contains(&(rpc.path.clone(), succeeded)) {
                missing.push(format!("{}: no scene got {word}", rpc.path));
            }
        }
    }
    missing
}
