//! Fakes of the other services of the suite, shared by the tests of all services.
//!
//! A fake answers from the [`State`] that a test sets up, and records claims, edges and orders. Each RPC can
//! be made to refuse or to fail. The fakes answer over gRPC, including the RPCs for rounds of several
//! questions. They belong to no service: the feature `played-peers` is for dev-dependencies only.

mod customer;
mod edge_guard;
mod partner_registry;
mod peers;
mod relationship;
mod start;
mod subscription;

pub use edge_guard::EdgeGuard;
pub use peers::{Mood, Partnership, Peers, State, admin_grant, customer, mpn_id, partner, relationship};
