//! Reads a feed, page by page.

use super::cursor::{CursorError, Place};
use super::state::{State, event_at, state};
use crate::journal::{ENTRIES_READ_MAX, Recorded};
use crate::{Connection, Error, Select, Statement};

const AFTER: Select<Recorded> =
    Select::new("SELECT * FROM journal WHERE position > $1 ORDER BY position LIMIT $2");

pub(crate) const STATEMENTS: &[&dyn Statement] = &[&AFTER];

/// A page of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The entries, in order and without a gap.
    pub entries: Vec<Recorded>,
    /// Whether no entry follows yet.
    pub is_last: bool,
}

/// The entries after `position`: at most `count`, and at most [`ENTRIES_READ_MAX`]. `reader` must be a
/// snapshot, so that the oldest kept position and the entries are of one moment.
///
/// # Errors
/// [`CursorError::TooOld`] when entries after the position were erased; [`CursorError::Store`] when the
/// database fails, or when the feed has a gap, which is a bug.
pub async fn page(reader: &mut Connection, position: i64, count: u32) -> Result<Page, CursorError> {
    let Some(State { next_position: next, first_position: first, .. }) = state(reader).await? else {
        return Ok(Page { entries: Vec::new(), is_last: true });
    };
    if position + 1 < first {
        return Err(CursorError::TooOld { position, first });
    }
    let count = i64::from(count.min(ENTRIES_READ_MAX));
    let query = AFTER.query().bind(position).bind(count);
    let entries = query.fetch_all(reader).await.map_err(Error::from)?;
    must_be_gapless(position, next.min(position + 1 + count), &entries)?;
    let is_last = entries.last().and_then(|entry| entry.position).unwrap_or(position) + 1 >= next;
    Ok(Page { entries, is_last })
}

/// Checks that `entries` have every position after `position` and before `end`, each once.
pub(super) fn must_be_gapless(position: i64, end: i64, entries: &[Recorded]) -> Result<(), Error> {
    let expected = (position + 1..end).map(Some);
    if entries.iter().map(|entry| entry.position).eq(expected) {
        Ok(())
    } else {
        Err(Error::Corrupt("the feed has a gap between two positions"))
    }
}

/// Checks that reading on from the place leaves no gap and belongs to the same history. `reader` must be a
/// snapshot.
///
/// A place is valid as long as the entry before it is kept. The place before the first entry ever is valid as
/// long as nothing was erased.
///
/// # Errors
/// [`CursorError::TooOld`] when entries after the place were erased; [`CursorError::Foreign`] when the feed
/// does not reach the place, or has another entry there, because a backup was restored.
pub async fn verify(reader: &mut Connection, place: &Place) -> Result<(), CursorError> {
    let (next, first) =
        state(reader).await?.map_or((1, 1), |state| (state.next_position, state.first_position));
    let position = place.position;
    if !(0..next).contains(&position) {
        return Err(CursorError::Foreign);
    }
    // The place before the oldest kept entry: the reader got it from [`Place::oldest`], and has not read an
    // entry since.
    if position + 1 == first && place.is_unmarked() {
        return Ok(());
    }
    if position < first && !(position == 0 && first == 1) {
        return Err(CursorError::TooOld { position, first });
    }
    let stored = Place::after(position, &event_at(reader, position).await?);
    if stored == *place { Ok(()) } else { Err(CursorError::Foreign) }
}
