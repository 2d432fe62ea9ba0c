//! The test binary `suite`: tests of the suite through its public API, and tests of this repository itself,
//! such as the direction of dependencies and the deployment files. Most tests run against the deployment that
//! `CSP_TEST_SHAPE` names: see `tests/src/switches.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod architecture;
mod contract;
mod deploy;
mod feed;
mod import;
mod pages;
mod properties;
mod scenarios;
mod statements;
