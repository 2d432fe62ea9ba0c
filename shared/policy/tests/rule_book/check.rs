//! How a table of cases is checked: each case is the facts of one act, put to one rule at its boundary.

use csp_policy::{Boundary, Day, Reason, Rule, Verdict, explain};

/// What a rule is expected to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expect {
    /// The rule is kept.
    Allowed,
    /// The rule has nothing to judge, or is not in force.
    Irrelevant,
    /// The rule is broken, for these reasons in this order.
    Denied(&'static [Reason]),
}

/// Puts every case to `rule` and compares; a failure shows the sentence of the case.
pub(crate) fn check<B: Boundary, const N: usize>(rule: &Rule, cases: [(&str, B, Expect); N]) {
    for (sentence, facts, expected) in cases {
        assert_eq!(said(rule, &facts), expected, "{} at {}: {sentence}", rule.id, B::NAME);
    }
}

/// Every reason of a refusal, in order of precedence; empty for an allowed act.
pub(crate) fn reasons<B: Boundary>(facts: B) -> Vec<Reason> {
    match csp_policy::decide(facts) {
        Ok(_) => Vec::new(),
        Err(decision) => decision.violations.iter().map(|violation| violation.finding.reason).collect(),
    }
}

/// The day with this text, for example `2020-02-01`.
pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn said<B: Boundary>(rule: &Rule, facts: &B) -> Expect {
    let verdicts =
        explain(facts).into_iter().filter(|(judged, _)| *judged == rule).map(|(_, verdict)| verdict);
    match Verdict::all(verdicts) {
        Verdict::Holds => Expect::Allowed,
        Verdict::NotApplicable => Expect::Irrelevant,
        Verdict::Violated(findings) => {
            let reasons: Vec<Reason> = findings.iter().map(|finding| finding.reason).collect();
            Expect::Denied(reasons.leak())
        }
    }
}
