//! The test binary `resilience`: the suite under faults, such as crashes, races, lost connections and full
//! disks. These are the slowest tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod crash;
mod faults;
mod postgres_harness;
mod races;
