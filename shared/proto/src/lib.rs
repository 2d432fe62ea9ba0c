//! The contract in Rust: messages, clients and servers generated from `proto/`, and the descriptors for
//! reflection. No hand-written logic lives here.

#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::too_many_lines)]

include!(concat!(env!("OUT_DIR"), "/csp.rs"));

pub use csp::*;

/// The contract's file descriptors, imports and custom options included, as an encoded
/// `google.protobuf.FileDescriptorSet`.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
