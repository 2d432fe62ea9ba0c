//! The contract in Rust: messages, clients and servers generated from `proto/`, and the descriptors for
//! reflection. No hand-written logic lives here.

#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::too_many_lines)]

include!(concat!(env!("OUT_DIR"), "/csp.rs"));

pub use csp::*;

/// The contract's file descriptors, imports and custom options included, as an encoded
/// `google.protobuf.FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// A request that changes something, as the contract's options describe its RPC.
pub trait Mutation: prost::Message {
    /// What its RPC answers with.
    type Response: prost::Message + Default;
    /// Bare name of its RPC, for example `SubmitOrder`.
    const RPC: &'static str;
    /// The boundary of the rule book that guards the RPC; `None` when no rule does.
    const BOUNDARY: Option<&'static str>;
    /// What tells repeats of the request; empty for none.
    fn request_id(&self) -> &str;
    /// Whether the caller only wants to know what would happen.
    fn validate_only(&self) -> bool;
}

include!(concat!(env!("OUT_DIR"), "/mutations.rs"));

/// What every service's `WatchEventsRequest` asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watch {
    /// Its `start`.
    pub start: i32,
    /// Its `cursor`.
    pub cursor: String,
    /// Its `filter`.
    pub filter: Option<feed::v1::EventFilter>,
    /// Its `bookmark_interval`.
    pub bookmark_interval: Option<prost_types::Duration>,
}

/// What every service's `WatchEventsResponse` tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// A change.
    Event(Box<feed::v1::Event>),
    /// Nothing new up to here.
    Bookmark(feed::v1::Bookmark),
}

/// The request of a service's `WatchEvents`: those of all services are alike but for their names.
pub trait WatchEvents: prost::Message + Default + 'static {
    /// What its RPC answers with.
    type Response: prost::Message + Default + 'static;
    /// Path of its RPC, for example `/csp.customer.v1.CustomerService/WatchEvents`.
    const PATH: &'static str;
    /// The request that asks for this.
    fn of(watch: Watch) -> Self;
    /// What it asks for.
    fn watch(self) -> Watch;
    /// The response that tells this.
    fn respond(told: Told) -> Self::Response;
    /// What a response tells; `None` for one that this build does not know.
    fn told(response: Self::Response) -> Option<Told>;
}

include!(concat!(env!("OUT_DIR"), "/watches.rs"));
