//! The contract in Rust: messages, clients and servers generated from `proto/`, and the descriptors for
//! reflection. No hand-written logic lives here.

#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::too_many_lines)]

include!(concat!(env!("OUT_DIR"), "/csp.rs"));

pub use csp::*;

/// The contract's file descriptors, imports and custom options included, as an encoded
/// `google.protobuf.FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// A request of an RPC that the contract's options mark as a mutation.
pub trait Mutation: prost::Message {
    /// The response message of the RPC.
    type Response: prost::Message + Default;
    /// Bare name of the RPC, for example `SubmitOrder`.
    const RPC: &'static str;
    /// The boundary of the rule book that guards the RPC; `None` when no boundary guards the RPC.
    const BOUNDARY: Option<&'static str>;
    /// The request id, which identifies repeats of the request; empty for none.
    fn request_id(&self) -> &str;
    /// Whether the request is a preview: the decision is returned, and nothing is changed.
    fn validate_only(&self) -> bool;
}

include!(concat!(env!("OUT_DIR"), "/mutations.rs"));

/// The fields that every service's `WatchEventsRequest` has.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watch {
    /// The field `start`, a `csp.feed.v1.Start`.
    pub start: i32,
    /// The field `cursor`.
    pub cursor: String,
    /// The field `filter`.
    pub filter: Option<feed::v1::EventFilter>,
    /// The field `bookmark_interval`.
    pub bookmark_interval: Option<prost_types::Duration>,
}

/// The content that every service's `WatchEventsResponse` can have.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// A change.
    Event(Box<feed::v1::Event>),
    /// No change: every matching event up to the cursor was sent.
    Bookmark(feed::v1::Bookmark),
}

/// The request of a service's `WatchEvents`. These requests differ only in their names, so one implementation
/// serves all.
pub trait WatchEvents: prost::Message + Default + 'static {
    /// The response message of the RPC.
    type Response: prost::Message + Default + 'static;
    /// HTTP path of the RPC, for example `/csp.customer.v1.CustomerService/WatchEvents`.
    const PATH: &'static str;
    /// Builds the request from its fields.
    fn of(watch: Watch) -> Self;
    /// The fields of the request.
    fn watch(self) -> Watch;
    /// Builds the response with this content.
    fn respond(told: Told) -> Self::Response;
    /// The content of a response; `None` for content that this build does not know.
    fn told(response: Self::Response) -> Option<Told>;
}

include!(concat!(env!("OUT_DIR"), "/watches.rs"));
