//! A write transaction, and the records that it stores together with the state.

pub(crate) mod change;
pub mod decision;
pub(crate) mod disjoint;
pub mod guard;
pub mod idempotency;
pub mod outbox;
pub mod placeholders;
pub(crate) mod refusals;
pub(crate) mod tx;
