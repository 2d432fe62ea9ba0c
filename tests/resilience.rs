//! The suite under faults, by test binary `resilience`: crashes, races, lost connections, full disks. The slowest tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod crash;
mod faults;
mod postgres_harness;
mod races;
