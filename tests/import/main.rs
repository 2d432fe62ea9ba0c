//! `csp import`: a book comes in over a socket, and every row gets the verdict that it deserves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod bad_files;
mod command;
mod half_created;
mod played;
mod verdicts;
