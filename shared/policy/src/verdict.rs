//! The verdict of one rule on one set of facts.

use crate::{AdvisoryReason, Reason, Remedy, Rule};

/// The judgement of a rule on a set of facts. A rule that is not applicable was not judged: the rule neither
/// holds nor is violated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The facts give the rule nothing to judge, or the rule is not in force on the day.
    NotApplicable,
    /// The rule was judged, and the facts meet the requirement.
    Holds,
    /// The rule is broken. Each subject or order line that breaks the rule has one finding; there is at least
    /// one.
    Violated(Vec<Finding>),
}

/// One breach of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The machine-readable refusal code.
    pub reason: Reason,
    /// Name of the resource that the breach concerns, for example `partners/fabrikam`; an MPN ID is given by
    /// its number, and a party that has no resource yet by its tenant.
    pub subject: String,
    /// Index of the order line, from 0; `None` when the breach is not about an order line.
    pub line: Option<u32>,
    /// The message for the caller: a sentence that needs no context, lowercase, with the caller's values in
    /// backticks.
    pub message: String,
    /// The facts behind the breach, as name and value. Every variable of the message is one of them.
    pub facts: Vec<(&'static str, String)>,
    /// The request field to correct, for example `attested_capacity`: the end of its path in the request,
    /// because requests of several RPCs contain the same facts at different places. The caller of the rule
    /// book completes the path. `None` unless the breach is about a field's value.
    pub field: Option<&'static str>,
}

impl Finding {
    /// A breach that concerns `subject`, with a message for the caller.
    pub fn new(reason: Reason, subject: impl Into<String>, message: String) -> Self {
        Finding { reason, subject: subject.into(), line: None, message, facts: Vec::new(), field: None }
    }

    /// Adds a fact behind the breach.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }

    /// Adds the index of the order line that the breach is about, from 0.
    #[must_use]
    pub fn on_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// Adds the end of the path of the request field to correct.
    #[must_use]
    pub fn at_field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }
}

impl From<Finding> for Verdict {
    fn from(finding: Finding) -> Self {
        Verdict::Violated(vec![finding])
    }
}

impl Verdict {
    /// `Holds` when the requirement is met, otherwise the breach.
    ///
    /// `breach` runs only when the rule is broken, in a cold function of its own. So the allowed path stays
    /// small and allocates nothing.
    #[inline]
    pub fn require(met: bool, breach: impl FnOnce() -> Finding) -> Verdict {
        if met { Verdict::Holds } else { broken(breach) }
    }

    /// Joins the verdicts of one rule on two subjects: findings add up, `Violated` outweighs `Holds`, and
    /// `Holds` outweighs `NotApplicable`.
    #[must_use]
    #[inline]
    pub fn and(self, other: Verdict) -> Verdict {
        match (self, other) {
            (Verdict::Violated(mut all), Verdict::Violated(more)) => {
                all.extend(more);
                Verdict::Violated(all)
            }
            (violated @ Verdict::Violated(_), _) | (_, violated @ Verdict::Violated(_)) => violated,
            (Verdict::Holds, _) | (_, Verdict::Holds) => Verdict::Holds,
            (Verdict::NotApplicable, Verdict::NotApplicable) => Verdict::NotApplicable,
        }
    }

    /// Joins the verdicts of one rule on many subjects; `NotApplicable` without subjects.
    pub fn all(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
        verdicts.into_iter().fold(Verdict::NotApplicable, Verdict::and)
    }
}

#[cold]
#[inline(never)]
fn broken(breach: impl FnOnce() -> Finding) -> Verdict {
    breach().into()
}

/// One breach with the broken rule. A refusal is a list of violations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The broken rule.
    pub rule: &'static Rule,
    /// How the rule is broken.
    pub finding: Finding,
}

impl Violation {
    /// The remedies that the rule offers for this breach, in order of preference.
    pub fn remedies(&self) -> &'static [Remedy] {
        self.rule.remedies(self.finding.reason)
    }
}

/// A notice about an accepted act: something that the caller may want to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// The rule that the notice rests on.
    pub rule: &'static Rule,
    /// The machine-readable code of the notice.
    pub reason: AdvisoryReason,
    /// Name of the resource that the notice concerns.
    pub subject: String,
    /// Index of the order line, from 0; `None` when the notice is not about an order line.
    pub line: Option<u32>,
    /// The message for the caller: a sentence that needs no context.
    pub message: String,
    /// The facts behind the notice, as name and value.
    pub facts: Vec<(&'static str, String)>,
    /// What the caller can do, in order of preference.
    pub remedies: &'static [Remedy],
}
