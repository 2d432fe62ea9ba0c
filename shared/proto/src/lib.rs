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
