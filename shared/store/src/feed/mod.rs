//! The change feed: the journal's entries in one order, numbered without a gap.
//!
//! A counter that is locked until the commit would serialise every write. So an entry is written without a
//! position, and a sequencer numbers what was committed, in a transaction of its own ([`sequence()`]):
//! - an entry that a sequencer does not see was not committed when it looked, and is numbered later: none is lost;
//! - positions and the counter move in one transaction, and the counter only from where this transaction found
//!   it: two sequencers, in two processes on one database, never give one position twice and leave no hole;
//! - a resource's revision is swapped, so whoever sees one of its entries sees those of all lower revisions. Entries
//!   are numbered by time, but none before a lower revision of the same resource: clocks may run backwards.
//!
//! What is read ([`page`]) is checked to be without a gap; a place in the feed ([`Place`]) names the entry
//! before it, so that a book that was set back is told from the one that gave the place. Old entries may be
//! erased ([`prune()`]); the horizon says from where on the feed is whole.

mod cursor;
pub(crate) mod prune;
pub(crate) mod read;
pub(crate) mod sequence;
pub(crate) mod state;

#[cfg(test)]
mod tests;

pub use cursor::{CursorError, Place};
pub use prune::{ENTRIES_PRUNED_MAX, prune};
pub use read::{Page, page, verify};
pub use sequence::{ENTRIES_SEQUENCED_MAX, awaits, sequence};
pub use state::{State, state};
