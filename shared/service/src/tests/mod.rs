//! Tests of several modules together, through the interface that clients use.

mod decisions;
mod errors;
mod feed;
mod mutations;
mod restarts;
mod server;
mod stopping;
