//! A case: one rule at one boundary, refused, and its twin.

use std::future::Future;
use std::pin::Pin;

use csp_tests::Answer;
use tonic::Status;

/// One rule at one boundary.
pub(crate) struct Case {
    /// The boundary.
    pub(crate) boundary: &'static str,
    /// The rule that refuses.
    pub(crate) rule: &'static str,
    /// The reason that it gives.
    pub(crate) reason: &'static str,
    /// Sets the scene and plays both acts.
    pub(crate) play: fn() -> Play,
}

/// A case being played.
pub(crate) type Play = Pin<Box<dyn Future<Output = Played> + Send>>;

/// What came of both acts.
pub(crate) struct Played {
    /// The act that the rule forbids.
    pub(crate) refused: Result<(), Status>,
    /// The same act but for one fact.
    pub(crate) twin: Result<(), Status>,
}

impl Case {
    /// For messages.
    pub(crate) fn name(&self) -> String {
        format!("{} {} at {}", self.rule, self.reason, self.boundary)
    }
}

/// A case as one row of a table.
pub(crate) const fn case(
    boundary: &'static str,
    rule: &'static str,
    reason: &'static str,
    play: fn() -> Play,
) -> Case {
    Case { boundary, rule, reason, play }
}

/// What came of both acts, whatever they answered.
pub(crate) fn played<R, T>(refused: Answer<R>, twin: Answer<T>) -> Played {
    Played { refused: refused.map(drop), twin: twin.map(drop) }
}
