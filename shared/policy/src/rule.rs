//! A rule as a value: statement, refusals with remedies, sources and dates of force.

use crate::{Day, Reason, Source};

/// One constraint of the programme. The pure functions that judge a rule stand next to the rule. A boundary
/// that enforces the rule names the rule and a function in one row.
#[derive(Debug)]
pub struct Rule {
    /// Stable identifier, for example `PSH-11`. Clients see it in every refusal and in the catalogue.
    pub id: &'static str,
    /// Whether the rule refuses calls, describes the suite, or both.
    pub kind: RuleKind,
    /// The requirement in one positive sentence.
    pub statement: &'static str,
    /// The ways in which the rule refuses, each with its remedies; empty for a rule that only describes.
    pub denials: &'static [Denial],
    /// The documents that state the rule.
    pub sources: &'static [Source],
    /// First day on which the rule is in force; `None` for a rule without a first day.
    pub since: Option<Day>,
    /// First day on which the rule is no longer in force; `None` for a rule without a last day.
    pub until: Option<Day>,
}

/// Whether a rule refuses calls or only describes the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleKind {
    /// Refuses a call.
    Deny,
    /// Describes what every accepted call leaves unchanged, for example existing subscriptions.
    Invariant,
    /// Describes a state, field or feature that exists.
    Shape,
    /// Describes a feature, and refuses a call.
    ShapeAndDeny,
}

impl RuleKind {
    /// The kind as `RULES.md` writes it.
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

    /// A rule that describes a state, field or feature, and refuses.
    pub const fn shape_and_deny(
        id: &'static str,
        statement: &'static str,
        denials: &'static [Denial],
        sources: &'static [Source],
    ) -> Rule {
        Rule { kind: RuleKind::ShapeAndDeny, ..Rule::deny(id, statement, denials, sources) }
    }

    /// A rule that only describes a state, field or feature.
    pub const fn shape(id: &'static str, statement: &'static str, sources: &'static [Source]) -> Rule {
        Rule { kind: RuleKind::Shape, ..Rule::deny(id, statement, &[], sources) }
    }

    /// A rule that only describes what every accepted call leaves unchanged.
    pub const fn invariant(id: &'static str, statement: &'static str, sources: &'static [Source]) -> Rule {
        Rule { kind: RuleKind::Invariant, ..Rule::deny(id, statement, &[], sources) }
    }

    /// This rule, in force from `day` on.
    #[must_use]
    pub const fn since(self, day: Day) -> Rule {
        Rule { since: Some(day), ..self }
    }

    /// This rule, in force until the day before `day`. A retired rule stays in the rule book.
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
    /// The remedies, in order of preference.
    pub remedies: &'static [Remedy],
}

/// Something that the caller can do about a refusal or a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    /// One sentence, addressed to the caller. A word in braces is the name of a fact of the refusal.
    pub text: &'static str,
    /// Bare name of the RPC that does it, for example `RequestPartnership`; `None` when no RPC does it, or
    /// when it is the refused RPC, with other content.
    pub rpc: Option<&'static str>,
}

impl Remedy {
    /// A remedy that no other RPC carries out.
    pub const fn of(text: &'static str) -> Remedy {
        Remedy { text, rpc: None }
    }

    /// A remedy that an RPC carries out.
    pub const fn by(rpc: &'static str, text: &'static str) -> Remedy {
        Remedy { text, rpc: Some(rpc) }
    }
}

impl Remedy {
    /// The text for one refusal, with the facts in the places of their names.
    pub fn text_with(&self, facts: &[(&'static str, String)]) -> String {
        let fill = |text: String, (name, value): &(&'static str, String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        facts.iter().fold(self.text.to_owned(), fill)
    }
}

impl Denial {
    /// A refusal with this code and these remedies.
    pub const fn of(reason: Reason, remedies: &'static [Remedy]) -> Denial {
        Denial { reason, remedies }
    }
}

impl Rule {
    /// Whether the rule is in force on `day`: the start is inclusive, the end exclusive.
    pub fn is_in_force(&self, day: Day) -> bool {
        self.since.is_none_or(|since| day >= since) && self.until.is_none_or(|until| day < until)
    }

    /// The remedies for one reason of this rule; empty when the rule never gives that reason.
    pub fn remedies(&self, reason: Reason) -> &'static [Remedy] {
        self.denials.iter().find(|denial| denial.reason == reason).map_or(&[], |denial| denial.remedies)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}
