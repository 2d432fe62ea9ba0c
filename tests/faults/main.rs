//! Faults around the suite, each caused for real, and what it does then.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
