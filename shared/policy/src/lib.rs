//! The rule book of the CSP programme: pure functions from facts to a decision.
//!
//! Read in this order:
//! 1. [`boundaries`]: each act with its facts and the rules that guard it, one rule a line, in order of
//!    precedence;
//! 2. [`rules`]: every rule by family, as a documented value ([`Rule`]) with its [`Source`] and its refusals
//!    ([`Reason`]), above the functions that judge the rule;
//! 3. `facts`: the values that boundaries hold and rules judge, for example [`Act`], [`Chain`], [`Partner`],
//!    [`Buyer`], [`OrderLine`];
//! 4. [`Verdict`]: the judgement of one rule on one set of facts;
//! 5. [`decide`]: from facts to a [`Permit`], or to a [`Decision`] with every violation;
//! 6. [`catalogue`]: all rules in the order of the rule book; `RULES.md` is generated from it.
//!
//! Absent on purpose: I/O, clocks, ids, protobuf, SQL, async. Days and instants are parameters. The caller
//! checks that a resource exists before it asks for a decision.

mod source;
mod reason;
mod rule;
mod verdict;
mod boundary;
mod facts;

pub mod rules;
pub mod boundaries;
pub mod catalogue;

pub use boundary::{BothPermits, Boundary, Decision, Permit, Row, decide, decide_both, explain};
pub use facts::*;
pub use reason::{AdvisoryReason, Class, Reason};
pub use rule::{Denial, Remedy, Rule, RuleKind};
pub use rules::agreement::{ReadinessStep, missing_steps};
pub use rules::standing::outsider;
pub use source::{OURS, Source};
pub use verdict::{Advisory, Finding, Verdict, Violation};

/// A day in UTC.
pub type Day = jiff::civil::Date;
/// A point in time.
pub type Instant = jiff::Timestamp;
