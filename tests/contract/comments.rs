//! The comments of the contract are true: an RPC names the rules of its boundary, an error its code, and a
//! reason the rules that give it.

use csp_policy::catalogue::CATALOGUE;
use csp_policy::{Class, Reason, boundaries};
use csp_service::access::contract;
use csp_tests::comments::{named_errors, of_reasons, of_rpcs};

/// The rules in the comment of an RPC: `Rules: PSH-04, PSH-03.` or `Rules: those of AcceptPartnership.`
fn named_rules(comment: &str) -> Option<&str> {
    let (_, rules) = comment.split_once("Rules: ")?;
    Some(rules.split_once(". ").map_or(rules, |(rules, _)| rules).trim_end_matches('.'))
}

/// What is wrong with the rules that a comment names, for an RPC that `boundary` guards.
fn flaw(comment: &str, boundary: &str) -> Option<String> {
    let guard = boundaries::ALL.iter().find(|guard| guard.name == boundary)?;
    let ids: Vec<&str> = (guard.rules)().iter().map(|rule| rule.id).collect();
    let Some(named) = named_rules(comment) else {
        return Some(format!("names no rules, expected `Rules: {}.`", ids.join(", ")));
    };
    let is_true = match named.strip_prefix("those of ") {
        Some(others) => {
            let mut others = others.split([',', ' ']).filter(|word| !word.is_empty() && *word != "and");
            others.clone().any(|other| other == boundary)
                && others.all(|other| boundaries::ALL.iter().any(|guard| guard.name == other))
        }
        None => named == ids.join(", "),
    };
    (!is_true).then(|| format!("names `{named}`, expected `{}`", ids.join(", ")))
}

#[test]
fn an_rpc_with_a_boundary_names_exactly_the_rules_of_the_boundary() {
    let comments = of_rpcs();
    let flaws: Vec<String> = contract()
        .unwrap()
        .rpcs()
        .filter_map(|rpc| rpc.boundary.as_deref().map(|boundary| (rpc.full_name(), boundary)))
        .filter_map(|(name, boundary)| flaw(&comments[name], boundary).map(|flaw| format!("{name} {flaw}")))
        .collect();
    assert!(flaws.is_empty(), "{flaws:#?}");
}

#[test]
fn an_rpc_without_a_boundary_names_no_rules() {
    let comments = of_rpcs();
    for rpc in contract().unwrap().rpcs().filter(|rpc| rpc.boundary.is_none()) {
        assert_eq!(named_rules(&comments[rpc.full_name()]), None, "{}", rpc.full_name());
    }
}

#[test]
fn every_error_in_a_comment_is_a_reason_with_its_code() {
    let reasons = of_reasons();
    let mut count = 0;
    for (name, comment) in of_rpcs() {
        for (code, reason) in named_errors(&comment) {
            count += 1;
            let documented = reasons.get(reason).map(|known| known.code.as_str());
            assert_eq!(documented, Some(code), "{name} names {code} ({reason})");
        }
    }
    assert!(count > 100, "only {count} errors were found");
}

#[test]
fn every_reason_of_the_rule_book_documents_its_code_and_its_rules() {
    let reasons = of_reasons();
    for reason in Reason::ALL {
        let code = match reason.class() {
            Class::Precondition => "FAILED_PRECONDITION",
            Class::AlreadyExists => "ALREADY_EXISTS",
            Class::PermissionDenied => "PERMISSION_DENIED",
            Class::InvalidArgument => "INVALID_ARGUMENT",
        };
        let gives = CATALOGUE.iter().filter(|rule| rule.denials.iter().any(|one| one.reason == *reason));
        let rules: Vec<&str> = gives.map(|rule| rule.id).collect();
        let known = &reasons[reason.as_str()];
        assert_eq!((known.code.as_str(), known.rules.join(", ")), (code, rules.join(", ")), "{reason}");
    }
}

/// The negative control.
#[test]
fn a_missing_a_wrong_and_a_foreign_rule_are_found() {
    let flaw = |comment: &str| flaw(comment, "DeclinePartnership").is_some();
    assert!(!flaw("Declines. Who: anyone. Rules: PSH-04, PSH-03. Other errors: none."));
    assert!(!flaw("Declines. Rules: those of DeclinePartnership and CreateUser. A note."));
    for wrong in ["PSH-04.", "PSH-03, PSH-04.", "PSH-04, PSH-03, PSH-02.", "those of AcceptPartnership."] {
        assert!(flaw(&format!("Declines. Rules: {wrong}")), "{wrong}");
    }
    assert!(flaw("Declines."));
    let named =
        named_errors("Errors: NOT_FOUND (NOT_FOUND); ABORTED (LOST_RACE, ETAG_MISMATCH) or not (ever).");
    assert_eq!(named, [("NOT_FOUND", "NOT_FOUND"), ("ABORTED", "LOST_RACE"), ("ABORTED", "ETAG_MISMATCH")]);
}
