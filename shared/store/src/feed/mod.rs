//! The change feed: the journal's entries in one order, numbered without a gap.
//!
//! A counter that is locked until the commit would serialise every write. So an entry is written without a
//! position. A sequencer numbers the committed entries later, in a transaction of its own ([`sequence()`]):
//! - an entry that a sequencer does not see was not committed at that moment. A later pass of a sequencer
//!   numbers the entry, so no entry is lost;
//! - one transaction gives the positions and moves the counter by compare-and-swap. So two sequencers, in two
//!   processes on one database, never give one position twice and leave no gap;
//! - a resource's revision changes by compare-and-swap, so a sequencer that sees one entry of a resource also
//!   sees those of all lower revisions. Entries are numbered by time, but never before a lower revision of
//!   the same resource: clocks may run backwards.
//!
//! Reading a page of the feed ([`page`]) fails if the page has a gap. A place in the feed ([`Place`]) names
//! the entry before it, so that a place is refused when the database was restored from a backup that
//! does not contain this entry. Old entries may be erased ([`prune()`]); the feed's `first_position` is the
//! oldest one that is kept.

mod cursor;
pub(crate) mod prune;
pub(crate) mod read;
pub(crate) mod sequence;
pub(crate) mod state;

#[cfg(test)]
mod tests;

pub use cursor::{CursorError, Place, cursor, places};
pub use prune::{ENTRIES_PRUNED_MAX, prune};
pub use read::{Page, page, verify};
pub use sequence::{ENTRIES_SEQUENCED_MAX, awaits, sequence};
pub use state::{State, state};
