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
    type Response: prost::Message + prost::Name + Default;
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
