//! A boundary: the place where an act of the programme is allowed or refused.
//!
//! The facts of an act are a plain struct; the struct is the boundary, and [`Boundary::ROWS`] is the
//! ordered list of rules that guard it. Order is precedence: the first violation of a refusal gives its
//! reason and its status.

use crate::{Act, Day, Revision, Rule, Verdict, Violation};

/// The facts of one act, and the rules that guard it.
pub trait Boundary: Sized + 'static {
    /// Name of the guarded RPC, for example `SubmitOrder`.
    const NAME: &'static str;
    /// The rules in order of precedence: caller, parties' standing, regions and clouds, edges, chain and
    /// buyer, agreement, offer and quantity, attestations.
    const ROWS: &'static [Row<Self>];

    /// What the act says of itself: day, subject, revisions.
    fn act(&self) -> &Act;
    /// Notices on an accepted act, for example `NO_RESELLER_NAMED`.
    fn advisories(&self) -> Vec<&'static str> {
        Vec::new()
    }
}

/// One rule at one boundary: the rule, and how this boundary's facts are put to it.
pub struct Row<B> {
    /// The rule that is enforced.
    pub rule: &'static Rule,
    /// Puts the facts to the rule.
    pub judge: fn(&B) -> Verdict,
}

/// A row: a rule, and how it is put.
pub(crate) const fn row<B>(rule: &'static Rule, judge: fn(&B) -> Verdict) -> Row<B> {
    Row { rule, judge }
}

/// What a boundary decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Name of the boundary.
    pub boundary: &'static str,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The day for which it was judged.
    pub day: Day,
    /// The resources that the decision rests on.
    pub revisions: Vec<Revision>,
    /// Every broken rule, in order of precedence; empty when accepted.
    pub violations: Vec<Violation>,
    /// Notices on an accepted act.
    pub advisories: Vec<&'static str>,
}

impl Decision {
    /// Whether the act may happen.
    pub fn is_accepted(&self) -> bool {
        self.violations.is_empty()
    }
}

/// Proof that the rules of boundary `B` allow the act in its facts.
///
/// Only [`decide`] makes one, and storing functions take it by value: nothing guarded is written without
/// it. It owns the facts, so an allowed decision allocates nothing.
#[derive(Debug)]
pub struct Permit<B: Boundary> {
    facts: B,
}

impl<B: Boundary> Permit<B> {
    /// Resource name of what the act may create or change.
    pub fn subject(&self) -> &str {
        &self.facts.act().subject
    }

    /// The day for which it was judged.
    pub fn day(&self) -> Day {
        self.facts.act().day
    }

    /// The facts on which the act was allowed.
    pub fn facts(&self) -> &B {
        &self.facts
    }

    /// Gives the permit up, and the facts back.
    pub fn into_facts(self) -> B {
        self.facts
    }

    /// The decision to be stored with the effect.
    pub fn decision(&self) -> Decision {
        record(&self.facts, Vec::new())
    }
}

/// Judges the act: a permit, or a decision with **every** violated rule.
#[inline]
pub fn decide<B: Boundary>(facts: B) -> Result<Permit<B>, Box<Decision>> {
    let violations = violations(&facts);
    if violations.is_empty() { Ok(Permit { facts }) } else { Err(refusal(&facts, violations)) }
}

fn violations<B: Boundary>(facts: &B) -> Vec<Violation> {
    let mut violations = Vec::new();
    for row in B::ROWS {
        if let Verdict::Violated(findings) = judge_row(row, facts) {
            violations.extend(findings.into_iter().map(|finding| Violation { rule: row.rule, finding }));
        }
    }
    violations
}

#[cold]
fn refusal<B: Boundary>(facts: &B, violations: Vec<Violation>) -> Box<Decision> {
    Box::new(record(facts, violations))
}

/// What every rule of the boundary says, in order: for explanations and tests.
pub fn explain<B: Boundary>(facts: &B) -> Vec<(&'static Rule, Verdict)> {
    B::ROWS.iter().map(|row| (row.rule, judge_row(row, facts))).collect()
}

fn judge_row<B: Boundary>(row: &Row<B>, facts: &B) -> Verdict {
    if row.rule.is_in_force(facts.act().day) { (row.judge)(facts) } else { Verdict::NotApplicable }
}

fn record<B: Boundary>(facts: &B, violations: Vec<Violation>) -> Decision {
    let Act { day, subject, revisions } = facts.act();
    Decision {
        boundary: B::NAME,
        subject: subject.clone(),
        day: *day,
        revisions: revisions.clone(),
        advisories: if violations.is_empty() { facts.advisories() } else { Vec::new() },
        violations,
    }
}
