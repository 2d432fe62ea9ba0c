//! Every rule at every boundary that enforces it: a refusal that names it, seen over a socket, and its twin –
//! the same act but for one fact – accepted. And every RPC, called once with success and once in vain.
//!
//! The cases are data, a file for each family of boundaries. There are no exceptions: a row of the rule book that no
//! case can reach is dead, and leaves its boundary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod case;

mod registry;
mod partnership;
mod invitation;
mod customer;
mod edges;
mod order;
mod subscription;
mod reads;

use std::collections::BTreeSet;

use case::{Case, Played};
use csp_service::access::contract;
use csp_tests::{Refusal, answered};
use tokio::task::JoinSet;

/// Cases played at once.
const AT_ONCE: usize = 4;

fn cases() -> Vec<&'static Case> {
    [
        registry::CASES,
        partnership::CASES,
        invitation::CASES,
        customer::CASES,
        edges::CASES,
        order::CASES,
        subscription::CASES,
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_refuses_at_every_boundary_and_every_rpc_is_called() {
    let mut failures = play_all(cases()).await;
    for play in reads::plays() {
        // A task of its own, as for the cases: what one scene finds hides nothing of the others.
        if let Err(panic) = tokio::spawn(play()).await {
            failures.push(format!("a scene of the reads broke down: {panic}"));
        }
    }
    failures.extend(rules_not_covered());
    failures.extend(rpcs_not_covered());
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

async fn play_all(cases: Vec<&'static Case>) -> Vec<String> {
    let mut failures = Vec::new();
    let mut playing = JoinSet::new();
    for case in cases {
        if playing.len() >= AT_ONCE {
            failures.extend(playing.join_next().await.unwrap().unwrap());
        }
        playing.spawn(async move {
            // A task of its own: a scene that cannot be set fails its own case only.
            match tokio::spawn((case.play)()).await {
                Ok(played) => judge(case, played),
                Err(panic) => Some(format!("{}: the scene broke down: {panic}", case.name())),
            }
        });
    }
    while let Some(judged) = playing.join_next().await {
        failures.extend(judged.unwrap());
    }
    failures
}

fn judge(case: &Case, played: Played) -> Option<String> {
    let Err(status) = played.refused else {
        return Some(format!("{}: was accepted", case.name()));
    };
    let refusal = Refusal::from(status);
    let expected = (case.rule.to_owned(), case.reason.to_owned());
    if !refusal.violations.contains(&expected) {
        return Some(format!("{}: refused otherwise: {refusal:?}", case.name()));
    }
    if refusal.remedies.is_empty() {
        return Some(format!("{}: names no remedy", case.name()));
    }
    match played.twin {
        Ok(()) => None,
        Err(status) => Some(format!("{}: its twin was refused: {:?}", case.name(), Refusal::from(status))),
    }
}

fn rules_not_covered() -> Vec<String> {
    let covered: BTreeSet<(&str, &str)> = cases().iter().map(|case| (case.boundary, case.rule)).collect();
    let mut missing = Vec::new();
    for listing in csp_policy::boundaries::ALL {
        for rule in (listing.rules)() {
            if !covered.contains(&(listing.name, rule.id)) {
                missing.push(format!("{} at {} is not covered", rule.id, listing.name));
            }
        }
    }
    missing
}

fn rpcs_not_covered() -> Vec<String> {
    let answered = answered();
    let mut missing = Vec::new();
    for rpc in contract().unwrap().rpcs().filter(|rpc| !rpc.path.contains("FactsService")) {
        for (succeeded, word) in [(true, "success"), (false, "a refusal")] {
            if !answered.contains(&(rpc.path.clone(), succeeded)) {
                missing.push(format!("{}: {word} was never seen", rpc.path));
            }
        }
    }
    missing
}
