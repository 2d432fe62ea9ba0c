//! A rule as a value: what it says, since when, by which source, and what to do about it.

use crate::{Day, Reason, Source};

/// One constraint of the programme. Its judgement is a pure function beside it; the boundaries that
/// enforce it name both in one row.
#[derive(Debug)]
pub struct Rule {
    /// Stable identifier, for example `PSH-11`. Clients see it in every refusal and in the catalogue.
    pub id: &'static str,
    /// What the rule does: refuse, or describe.
    pub kind: RuleKind,
    /// The requirement in one positive sentence.
    pub statement: &'static str,
    /// The ways in which the rule refuses, each with what the caller can do about it; empty when it only
    /// describes.
    pub denials: &'static [Denial],
    /// The documents that the rule is taken from.
    pub sources: &'static [Source],
    /// First day of force; `None` when it always was.
    pub since: Option<Day>,
    /// First day on which the rule is no longer in force; `None` while it is.
    pub until: Option<Day>,
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleKind {
    /// Refuses a call.
    Deny,
    /// Says what an accepted call leaves untouched.
    Invariant,
    /// Says which state, field or feature exists.
    Shape,
    /// Both: a feature, and a refusal.
    ShapeAndDeny,
}

impl RuleKind {
    /// The kind as the rule book writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            RuleKind::Deny => "deny",
            RuleKind::Invariant => "invariant",
            RuleKind::Shape => "shape",
            RuleKind::ShapeAndDeny => "shape and deny",
        }
    }
}

impl Rule {
    /// A rule that refuses.
    pub const fn deny(
        id: &'static str,
        statement: &'static str,
        denials: &'static [Denial],
        sources: &'static [Source],
    ) -> Rule {
        Rule { id, kind: RuleKind::Deny, statement, denials, sources, since: None, until: None }
    }

    /// A rule that says what exists, and refuses.
    pub const fn shape_and_deny(
        id: &'static str,
        statement: &'static str,
        denials: &'static [Denial],
        sources: &'static [Source],
    ) -> Rule {
        Rule { kind: RuleKind::ShapeAndDeny, ..Rule::deny(id, statement, denials, sources) }
    }

    /// A rule that only says what exists.
    pub const fn shape(id: &'static str, statement: &'static str, sources: &'static [Source]) -> Rule {
        Rule { kind: RuleKind::Shape, ..Rule::deny(id, statement, &[], sources) }
    }

    /// A rule that only says what an accepted call leaves untouched.
    pub const fn invariant(id: &'static str, statement: &'static str, sources: &'static [Source]) -> Rule {
        Rule { kind: RuleKind::Invariant, ..Rule::deny(id, statement, &[], sources) }
    }

    /// The rule with the first day of its force.
    #[must_use]
    pub const fn since(self, day: Day) -> Rule {
        Rule { since: Some(day), ..self }
    }

    /// The rule with the first day on which it is no longer in force: it is retired, and stays in the book.
    #[must_use]
    pub const fn until(self, day: Day) -> Rule {
        Rule { until: Some(day), ..self }
    }
}

/// One way in which a rule refuses.
#[derive(Debug)]
pub struct Denial {
    /// The machine-readable refusal code.
    pub reason: Reason,
    /// The ways out, each one sentence addressed to the caller, in order of preference.
    pub remedies: &'static [&'static str],
}

impl Denial {
    /// A refusal code, and the ways out.
    pub const fn of(reason: Reason, remedies: &'static [&'static str]) -> Denial {
        Denial { reason, remedies }
    }
}

impl Rule {
    /// Whether the rule is in force on `day`: the start is inclusive, the end exclusive.
    pub fn is_in_force(&self, day: Day) -> bool {
        self.since.is_none_or(|since| day >= since) && self.until.is_none_or(|until| day < until)
    }

    /// The remedies for one reason of this rule; empty when the rule never gives that reason.
    pub fn remedies(&self, reason: Reason) -> &'static [&'static str] {
        self.denials.iter().find(|denial| denial.reason == reason).map_or(&[], |denial| denial.remedies)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}
