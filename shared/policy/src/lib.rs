//! The rule book of the CSP programme: pure functions from facts to a decision.
//!
//! Read in this order:
//! 1. [`boundaries`]: each act with its facts, and the rules that guard it, one a line, in order of precedence;
//! 2. [`rules`]: every rule by family, as a documented value ([`Rule`]) with its [`Source`] and its refusals
//!    ([`Reason`]), above the functions that judge it;
//! 3. `facts`: what boundaries hold and rules judge: [`Act`], [`Chain`], [`Partner`], [`Buyer`], [`OrderLine`] and
//!    their like;
//! 4. [`Verdict`]: what one rule says about one set of facts;
//! 5. [`decide`]: facts in, a [`Permit`] or a [`Decision`] with every violation out;
//! 6. [`catalogue`]: all rules in the order of the rule book; `RULES.md` is generated from it.
//!
//! Absent on purpose: I/O, clocks, ids, protobuf, SQL, async. Days and instants are parameters, and whether a
//! resource exists is asked before the rules are.

mod source;
mod reason;
mod rule;
mod verdict;
mod boundary;
mod facts;

pub mod rules;
pub mod boundaries;
pub mod catalogue;

pub use boundary::{Boundary, Decision, Permit, Row, decide, explain};
pub use facts::*;
pub use reason::{Class, Reason};
pub use rule::{Denial, Rule, RuleKind};
pub use rules::agreement::{ReadinessStep, missing_steps};
pub use rules::standing::outsider;
pub use source::{OURS, Source};
pub use verdict::{Finding, Verdict, Violation};

/// A day, UTC.
pub type Day = jiff::civil::Date;
/// An instant.
pub type Instant = jiff::Timestamp;
