//! What one rule says about one set of facts.

use crate::{Reason, Rule};

/// Three-valued: "not applicable" is not "holds".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The facts give the rule nothing to judge, or the rule is not in force on the day.
    NotApplicable,
    /// The rule was judged and is kept.
    Holds,
    /// The rule is broken, once for each finding (one a subject, one an order line). Never empty.
    Violated(Vec<Finding>),
}

/// One breach of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The machine-readable refusal code.
    pub reason: Reason,
    /// Resource name of whom or what the breach concerns, for example `partners/fabrikam`.
    pub subject: String,
    /// Index of the order line from 0; `None` when the breach is not about a line.
    pub line: Option<u32>,
    /// A sentence that stands alone: lowercase, the caller's values in backticks.
    pub message: String,
    /// The facts that decided, as name and value, every variable of the message among them.
    pub facts: Vec<(&'static str, String)>,
    /// Path of the request field to mend, for reasons that are about a field's value.
    pub field: Option<&'static str>,
}

impl Finding {
    /// A breach that concerns `subject`, told by `message`.
    pub fn new(reason: Reason, subject: impl Into<String>, message: String) -> Self {
        Finding { reason, subject: subject.into(), line: None, message, facts: Vec::new(), field: None }
    }

    /// Adds a fact that the breach was decided on.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }

    /// Names the order line that the breach is about.
    #[must_use]
    pub fn on_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// Names the request field to mend.
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
    /// `Holds` when the requirement is met, otherwise the breach. The breach is only written when needed, and
    /// apart from the rule, so that a rule that is kept stays as short as its question.
    #[inline]
    pub fn require(met: bool, breach: impl FnOnce() -> Finding) -> Verdict {
        if met { Verdict::Holds } else { broken(breach) }
    }

    /// Joins the verdicts on two subjects of the same rule: breaches add up, `Holds` outweighs
    /// `NotApplicable`.
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

    /// Joins the verdicts on many subjects of the same rule; `NotApplicable` when there is none.
    pub fn all(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
        verdicts.into_iter().fold(Verdict::NotApplicable, Verdict::and)
    }
}

#[cold]
#[inline(never)]
fn broken(breach: impl FnOnce() -> Finding) -> Verdict {
    breach().into()
}

/// One breach with the rule that it breaks: what a refusal lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The broken rule.
    pub rule: &'static Rule,
    /// How it is broken.
    pub finding: Finding,
}

impl Violation {
    /// What the caller can do about it, in order of preference.
    pub fn remedies(&self) -> &'static [&'static str] {
        self.rule.remedies(self.finding.reason)
    }
}
