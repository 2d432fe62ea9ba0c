//! The suite seen from outside, by test binary `suite`: what it does for its clients, and what this repository promises
//! about itself. Most of it runs in the shape that `CSP_TEST_SHAPE` names: see `tests/src/switches.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod architecture;
mod contract;
mod deploy;
mod feed;
mod import;
mod properties;
mod scenarios;
mod statements;
