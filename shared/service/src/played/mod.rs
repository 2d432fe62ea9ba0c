//! The other services of the suite, played: one set of them for the tests of every service.
//!
//! They know what a test put into [`State`], and remember what they are told: claims, edges, orders. Each RPC can be made
//! to refuse or to fail. They answer over the wire, rounds included. Not part of any service: the feature `played-peers`
//! is for dev-dependencies only.

mod customer;
mod edge_guard;
mod partner_registry;
mod peers;
mod relationship;
mod start;
mod subscription;

pub use edge_guard::EdgeGuard;
pub use peers::{Mood, Partnership, Peers, State, customer, mpn_id, partner, relationship};
