//! The catalogue is complete: it lists every rule, and every refusal has a rule, a remedy and a test case.

use csp_policy::catalogue::{CATALOGUE, find};
use csp_policy::{Reason, Rule, RuleKind, boundaries};
use std::collections::BTreeSet;

registered! {
    tests: every_declared_rule_is_in_the_catalogue_once, a_rule_is_found_by_its_id, a_rule_refuses_exactly_when_its_kind_says_so, every_rule_at_a_boundary_is_in_the_catalogue, every_reason_belongs_to_a_rule_and_has_a_remedy, every_refusal_has_a_test_case;
}

/// The source text of the rule families.
const FAMILIES: &[&str] = &[
    include_str!("../../src/rules/agreement.rs"),
    include_str!("../../src/rules/customer.rs"),
    include_str!("../../src/rules/enrollment.rs"),
    include_str!("../../src/rules/multi_partner.rs"),
    include_str!("../../src/rules/offer.rs"),
    include_str!("../../src/rules/order.rs"),
    include_str!("../../src/rules/partnership.rs"),
    include_str!("../../src/rules/region.rs"),
    include_str!("../../src/rules/selling.rs"),
    include_str!("../../src/rules/standing.rs"),
    include_str!("../../src/rules/subscription.rs"),
    include_str!("../../src/rules/upgrade.rs"),
];

fn refuses(rule: &Rule) -> bool {
    matches!(rule.kind, RuleKind::Deny | RuleKind::ShapeAndDeny)
}

fn every_declared_rule_is_in_the_catalogue_once() {
    let name_of = |line: &'static str| Some(line.strip_prefix("pub static ")?.split_once(": Rule =")?.0);
    let lines = FAMILIES.iter().flat_map(|family| family.lines());
    let mut written: Vec<String> = lines.filter_map(name_of).map(|name| name.replace('_', "-")).collect();
    let mut listed: Vec<&str> = CATALOGUE.iter().map(|rule| rule.id).collect();
    written.sort_unstable();
    listed.sort_unstable();
    assert_eq!(written, listed);
}

fn a_rule_is_found_by_its_id() {
    assert_eq!(find("PSH-11").map(|rule| rule.id), Some("PSH-11"));
    assert!(find("PSH-99").is_none());
}

fn a_rule_refuses_exactly_when_its_kind_says_so() {
    for rule in CATALOGUE.iter() {
        assert_eq!(refuses(rule), !rule.denials.is_empty(), "{}", rule.id);
        assert_eq!(
            refuses(rule),
            !boundaries::enforcing(rule).is_empty(),
            "{} stands at a boundary",
            rule.id
        );
        assert!(!rule.sources.is_empty(), "{} has a source", rule.id);
    }
}

fn every_rule_at_a_boundary_is_in_the_catalogue() {
    for boundary in boundaries::ALL {
        for rule in (boundary.rules)() {
            assert!(find(rule.id).is_some(), "{} at {}", rule.id, boundary.name);
        }
    }
}

fn every_reason_belongs_to_a_rule_and_has_a_remedy() {
    for reason in Reason::ALL {
        let rules: Vec<&&Rule> = CATALOGUE
            .iter()
            .filter(|rule| rule.denials.iter().any(|denial| denial.reason == *reason))
            .collect();
        assert!(!rules.is_empty(), "{reason} belongs to no rule");
        for rule in rules {
            assert!(!rule.remedies(*reason).is_empty(), "{} {reason} has no remedy", rule.id);
        }
    }
    let codes: BTreeSet<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    assert_eq!(codes.len(), Reason::ALL.len());
}

fn every_refusal_has_a_test_case() {
    let cases = crate::all();
    for rule in CATALOGUE.iter().filter(|rule| refuses(rule)) {
        for denial in rule.denials {
            let refusal = (rule.id, denial.reason.as_str());
            assert!(cases.refused().contains(&refusal), "{refusal:?} has no case");
        }
    }
}
