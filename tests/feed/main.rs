//! The change feed over a socket: in order, without a gap, resumable, and adding up to the book.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod fold;
mod follow;
mod places;
mod sequencers;
mod command;
