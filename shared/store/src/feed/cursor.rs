//! A place in a feed, and the opaque cursor that a reader of one or several feeds keeps for its places.

use super::state::{event_at, state};
use crate::paging::{self, Fingerprint, TokenError};
use crate::{Connection, Error};

/// Separates the parts of a cursor's key; neither a position nor a mark contains it.
const SEPARATOR: char = ' ';

/// A place between two entries of a feed, named by the entry before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Position of the entry before the place; 0 before the first entry.
    pub position: i64,
    /// The mark of the entry before the place; empty before the first entry.
    mark: String,
}

/// Why a feed cannot be read from a place.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// The text is not a cursor that [`cursor()`] made.
    #[error("the cursor is malformed: send back a cursor unchanged")]
    Malformed,
    /// The cursor belongs to another feed, or its entry is not in this feed because a backup was restored.
    #[error("the cursor belongs to another feed")]
    Foreign,
    /// Entries after the place were erased.
    #[error("entries after position {position} were erased: the oldest that is kept is {first}")]
    TooOld {
        /// Position of the place.
        position: i64,
        /// The oldest position that is kept.
        first: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Place {
    /// The place before the first entry ever.
    pub const BEGINNING: Place = Place { position: 0, mark: String::new() };

    /// The place after the entry with this position and id.
    pub fn after(position: i64, event_id: &str) -> Place {
        Place { position, mark: paging::mark(event_id) }
    }

    /// The place before the oldest entry that is kept.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database does not answer.
    pub async fn oldest(reader: &mut Connection) -> Result<Place, Error> {
        let first = state(reader).await?.map_or(1, |state| state.first_position);
        Ok(Place { position: first - 1, mark: String::new() })
    }

    /// The place after the newest entry. `reader` must be a snapshot.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database does not answer.
    pub async fn newest(reader: &mut Connection) -> Result<Place, Error> {
        let position = state(reader).await?.map_or(1, |state| state.next_position) - 1;
        Ok(Place::after(position, &event_at(reader, position).await?))
    }

    /// Whether the place does not name the entry before it: the entry is erased or there never was one.
    pub(super) fn is_unmarked(&self) -> bool {
        self.mark.is_empty()
    }
}

/// The cursor of places in several feeds, for a reader of these feeds to keep. The cursor is valid only for
/// the feeds with these ids together, in this order.
pub fn cursor<'a>(places: impl Iterator<Item = (&'a str, &'a Place)>) -> String {
    let (ids, places): (Vec<_>, Vec<_>) = places.unzip();
    let parts = places.iter().flat_map(|place| [place.position.to_string(), place.mark.clone()]);
    let key = parts.collect::<Vec<_>>().join(&SEPARATOR.to_string());
    paging::encode(bound_to(&ids), &[&key])
}

/// The places that a cursor of the feeds with these ids names: one for each feed, in order.
///
/// # Errors
/// [`CursorError::Malformed`] when the text is not a cursor; [`CursorError::Foreign`] when the cursor belongs
/// to other feeds.
pub fn places(cursor: &str, feed_ids: &[&str]) -> Result<Vec<Place>, CursorError> {
    let key = paging::decode(cursor, bound_to(feed_ids)).map_err(|error| match error {
        TokenError::Malformed => CursorError::Malformed,
        TokenError::ForeignQuery => CursorError::Foreign,
    })?;
    let [key] = key.as_slice() else { return Err(CursorError::Malformed) };
    let parts: Vec<&str> = key.split(SEPARATOR).collect();
    let (pairs, rest) = parts.as_chunks::<2>();
    if pairs.len() != feed_ids.len() || !rest.is_empty() {
        return Err(CursorError::Malformed);
    }
    let place = |[position, mark]: &[&str; 2]| {
        let position = position.parse().map_err(|_| CursorError::Malformed)?;
        Ok(Place { position, mark: (*mark).to_owned() })
    };
    pairs.iter().map(place).collect()
}

fn bound_to(feed_ids: &[&str]) -> Fingerprint {
    let parts: Vec<_> = std::iter::once("feed").chain(feed_ids.iter().copied()).collect();
    Fingerprint::of(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Errors carry cursors; their values have at most this number of bytes.
    const CURSOR_BYTES_MAX: usize = 160;

    #[test]
    fn a_cursor_is_read_back_by_the_same_feeds_only() {
        let (one, other) = (Place::after(2, "event-2"), Place::BEGINNING);
        let of_both = cursor([("a", &one), ("b", &other)].into_iter());
        assert_eq!(places(&of_both, &["a", "b"]).unwrap(), [one.clone(), other]);
        let of_one = cursor([("a", &one)].into_iter());
        assert_eq!(places(&of_one, &["a"]).unwrap(), [one]);
        for foreign in [&["a"][..], &["b", "a"], &["a", "b", "c"]] {
            assert!(matches!(places(&of_both, foreign), Err(CursorError::Foreign)), "{foreign:?}");
        }
        assert!(matches!(places(&of_one, &["a", "b"]), Err(CursorError::Foreign)));
        assert!(matches!(places("garbled", &["a"]), Err(CursorError::Malformed)));
    }

    #[test]
    fn a_cursor_of_four_long_feeds_fits_into_an_error() {
        let place = Place::after(9_999_999_999_999, "0199c0a8-0000-7000-8000-000000000000");
        let cursor = cursor(["a", "b", "c", "d"].into_iter().map(|id| (id, &place)));
        assert!(cursor.len() <= CURSOR_BYTES_MAX, "{}", cursor.len());
    }
}
