//! The change feed over a socket: in order, without a gap, resumable, and adding up to the book.

mod fold;
mod follow;
mod places;
mod sequencers;
mod command;
