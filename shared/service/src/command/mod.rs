//! The parts of a mutation: idempotent repeats, decision, write and journal.

pub(crate) mod attempt;
pub(crate) mod book;
pub(crate) mod effect;
pub(crate) mod preview;
pub mod races;
pub(crate) mod run;
