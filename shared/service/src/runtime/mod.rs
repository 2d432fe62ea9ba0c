//! The runtime of a process: clock, ids and keys; the gate that every call passes; the server.

pub mod access;
pub(crate) mod channel;
pub(crate) mod clock;
pub(crate) mod completion;
pub(crate) mod deadline;
pub(crate) mod drain;
pub(crate) mod endless;
pub(crate) mod gate;
pub(crate) mod handler;
pub(crate) mod health;
pub(crate) mod ids;
pub(crate) mod link_key;
pub(crate) mod server;
pub mod telemetry;
