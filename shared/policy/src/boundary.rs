//! A boundary: the place where an act (one guarded call, for example `SubmitOrder`) is allowed or refused.
//!
//! A boundary is a plain struct with the facts of one act. [`Boundary::ROWS`] lists the rules that guard the
//! act, in order of precedence: the first violation gives the refusal its reason and its status.

use crate::{Act, Advisory, Day, Instant, Revision, Rule, Verdict, Violation};

/// The facts of one act, and the rules that guard it.
pub trait Boundary: Sized + 'static {
    /// Name of the guarded RPC, for example `SubmitOrder`.
    const NAME: &'static str;
    /// The rules in order of precedence: caller, parties' standing, regions and clouds, edges, chain and
    /// buyer, agreement, offer and quantity, attestations.
    const ROWS: &'static [Row<Self>];

    /// Instant, day, subject and revisions of the act.
    fn act(&self) -> &Act;
    /// Notices that an accepted act gives to the caller.
    fn advisories(&self) -> Vec<Advisory> {
        Vec::new()
    }
}

/// One rule at one boundary, with the function that applies the rule to this boundary's facts.
pub struct Row<B> {
    /// The rule that is enforced.
    pub rule: &'static Rule,
    /// Applies the rule to the facts.
    pub judge: fn(&B) -> Verdict,
}

pub(crate) const fn row<B>(rule: &'static Rule, judge: fn(&B) -> Verdict) -> Row<B> {
    Row { rule, judge }
}

/// The outcome of one act at one boundary, in the form that is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Name of the boundary.
    pub boundary: &'static str,
    /// Name of the resource that the act would create or change.
    pub subject: String,
    /// The instant at which the act was judged.
    pub at: Instant,
    /// The day for which the act was judged, UTC.
    pub day: Day,
    /// The resources that the decision depends on, each at the revision that was read.
    pub revisions: Vec<Revision>,
    /// Every broken rule, in order of precedence; empty when accepted.
    pub violations: Vec<Violation>,
    /// Notices on an accepted act; empty for a refused act.
    pub advisories: Vec<Advisory>,
}

impl Decision {
    /// Whether the act is allowed: no rule is violated.
    pub fn is_accepted(&self) -> bool {
        self.violations.is_empty()
    }
}

/// Proof that the rules of boundary `B` allow the act in its facts.
///
/// Only [`decide`] creates a permit. A function that stores a guarded resource takes the permit by value, so
/// nothing guarded is written without a decision. The permit owns the facts, so an allowed decision allocates
/// nothing.
#[derive(Debug)]
pub struct Permit<B: Boundary> {
    facts: B,
}

impl<B: Boundary> Permit<B> {
    /// Name of the resource that the act may create or change; see [`Act::subject`].
    pub fn subject(&self) -> &str {
        &self.facts.act().subject
    }

    /// Whether the permit is for creating or changing the resource `name`.
    pub fn is_for(&self, name: &str) -> bool {
        self.facts.act().is_about(name)
    }

    /// The day for which the act was judged, UTC.
    pub fn day(&self) -> Day {
        self.facts.act().day
    }

    /// The instant at which the act was judged.
    pub fn at(&self) -> Instant {
        self.facts.act().at
    }

    /// The facts by which the act was allowed.
    pub fn facts(&self) -> &B {
        &self.facts
    }

    /// Consumes the permit and returns its facts.
    pub fn into_facts(self) -> B {
        self.facts
    }

    /// The accepted decision, to be stored in the same transaction as the change that it allows.
    pub fn decision(&self) -> Decision {
        record(&self.facts, Vec::new())
    }
}

/// Judges the act by every rule of its boundary that is in force on the act's day; a permit when no rule
/// refuses.
///
/// # Errors
/// A decision with **every** violated rule, not only the first.
#[inline]
pub fn decide<B: Boundary>(facts: B) -> Result<Permit<B>, Box<Decision>> {
    let violations = violations(&facts);
    if violations.is_empty() { Ok(Permit { facts }) } else { Err(refusal(&facts, violations)) }
}

/// The permits of two acts of one call, the second where it was asked for.
pub type BothPermits<B, C> = (Permit<B>, Option<Permit<C>>);

/// Judges two acts of one call, as [`decide`] does: the second where it is asked for.
///
/// # Errors
/// The decision of the act that is refused. When both are, the decision of the first, with the violations and
/// revisions of both.
pub fn decide_both<B: Boundary, C: Boundary>(
    facts: B,
    beside: Option<C>,
) -> Result<BothPermits<B, C>, Box<Decision>> {
    match (decide(facts), beside.map(decide).transpose()) {
        (Ok(permit), Ok(other)) => Ok((permit, other)),
        (Err(refused), Ok(_)) | (Ok(_), Err(refused)) => Err(refused),
        (Err(mut refused), Err(also)) => {
            refused.violations.extend(also.violations);
            refused.revisions.extend(also.revisions);
            Err(refused)
        }
    }
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

/// The verdict of every rule of the boundary, in order of precedence; for explanations and tests.
pub fn explain<B: Boundary>(facts: &B) -> Vec<(&'static Rule, Verdict)> {
    B::ROWS.iter().map(|row| (row.rule, judge_row(row, facts))).collect()
}

fn judge_row<B: Boundary>(row: &Row<B>, facts: &B) -> Verdict {
    if row.rule.is_in_force(facts.act().day) { (row.judge)(facts) } else { Verdict::NotApplicable }
}

fn record<B: Boundary>(facts: &B, violations: Vec<Violation>) -> Decision {
    let Act { at, day, subject, revisions } = facts.act();
    Decision {
        boundary: B::NAME,
        subject: subject.clone(),
        at: *at,
        day: *day,
        revisions: revisions.clone(),
        advisories: if violations.is_empty() { facts.advisories() } else { Vec::new() },
        violations,
    }
}
