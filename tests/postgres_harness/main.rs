//! What the tests of PostgreSQL stand on, tested itself: the throwaway server, and the faults on the way to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod counts;
mod cuts;
mod pipeline;
mod refusals;
mod scene;
mod server;
mod tap;
