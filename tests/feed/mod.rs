//! The change feed over a socket: in order, without a gap, resumable, and complete: its events add up to the
//! stored resources.

mod fold;
mod gets;
mod follow;
mod places;
mod sequencers;
mod command;
