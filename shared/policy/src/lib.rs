//! The rule book of the CSP programme: pure functions from facts to a decision.
//!
//! Read in this order:
//! 1. [`Rule`]: one constraint of the programme, as a documented value, with its [`Source`] and its refusals
//!    ([`Reason`]);
//! 2. [`rules`]: every rule, by family, each above the function that judges it, and [`catalogue`]: all of them
//!    in the order of the rule book;
//! 3. the facts: [`Partner`], [`Buyer`], [`Caller`], [`OrderLine`] and their like;
//! 4. [`Verdict`]: what one rule says about one set of facts;
//! 5. [`Boundary`]: an act, its facts, and the ordered rules that guard it; [`boundaries`] has them all;
//! 6. [`decide`]: facts in, a [`Permit`] or a [`Decision`] with every violation out.
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
