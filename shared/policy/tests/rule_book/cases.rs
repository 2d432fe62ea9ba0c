//! The tests of this binary: cases in tables, each a test named after its rule, and plain tests.

use csp_policy::{Boundary, Day, Reason, Rule, Verdict, explain};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeSet;

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

/// Collects the tests of all files.
#[derive(Default)]
pub(crate) struct Cases {
    table: &'static str,
    trials: Vec<Trial>,
    refused: BTreeSet<(&'static str, &'static str)>,
}

/// Lists a file's tables and plain tests: `#[test]` does not work in a binary with a test runner of its own.
macro_rules! registered {
    ($(tables: $($table:ident),+;)? $(tests: $($test:ident),+;)?) => {
        pub(crate) fn register(cases: &mut $crate::cases::Cases) {
            $($(cases.table(stringify!($table), $table);)+)?
            $($(cases.test(stringify!($test), $test);)+)?
        }
    };
}

impl Cases {
    /// Adds the cases of a table.
    pub(crate) fn table(&mut self, name: &'static str, table: fn(&mut Cases)) {
        self.table = name;
        table(self);
    }

    /// Adds a plain test.
    pub(crate) fn test(&mut self, name: &'static str, test: fn()) {
        self.trials.push(Trial::test(name, move || {
            test();
            Ok(())
        }));
    }

    /// Adds one test for each case: the facts of one act, put to one rule at its boundary.
    pub(crate) fn check<B: Boundary + Send + 'static, const N: usize>(
        &mut self,
        rule: &'static Rule,
        cases: [(&str, B, Expect); N],
    ) {
        for (sentence, facts, expected) in cases {
            if let Expect::Denied(reasons) = expected {
                self.refused.extend(reasons.iter().map(|reason| (rule.id, reason.as_str())));
            }
            let table = self.table.replace('_', " ");
            let name = format!("{} {table}: {sentence} ({})", rule.id, B::NAME);
            let is_as_expected = move || match said(rule, &facts) {
                said if said == expected => Ok(()),
                said => Err(Failed::from(format!("expected {expected:?}, the rule said {said:?}"))),
            };
            self.trials.push(Trial::test(name, is_as_expected));
        }
    }

    /// The rules for which a refusal is among the cases, each with the reason.
    pub(crate) fn refused(&self) -> &BTreeSet<(&'static str, &'static str)> {
        &self.refused
    }

    /// All tests.
    pub(crate) fn into_trials(self) -> Vec<Trial> {
        self.trials
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
