//! A place in a feed, and the opaque cursor that a reader of the feed keeps for it.

use super::state::{event_at, state};
use crate::paging::{self, Fingerprint, TokenError};
use crate::{Connection, Error};

/// A place between two entries of a feed, named by the entry before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Position of the entry before the place; 0 before the first entry.
    pub position: i64,
    /// The id of the entry before the place; empty before the first entry.
    pub event_id: String,
}

/// Why a feed cannot be read from a place.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// The text is not a cursor that [`Place::cursor`] made.
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
    pub const BEGINNING: Place = Place { position: 0, event_id: String::new() };

    /// The place before the oldest entry that is kept.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database does not answer.
    pub async fn oldest(reader: &mut Connection) -> Result<Place, Error> {
        let first = state(reader).await?.map_or(1, |state| state.first_position);
        Ok(Place { position: first - 1, event_id: String::new() })
    }

    /// The place after the newest entry. `reader` must be a snapshot.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database does not answer.
    pub async fn newest(reader: &mut Connection) -> Result<Place, Error> {
        let position = state(reader).await?.map_or(1, |state| state.next_position) - 1;
        Ok(Place { position, event_id: event_at(reader, position).await? })
    }

    /// The cursor of the place, for a reader of the feed to keep. The cursor is valid only for the feed with
    /// this id.
    pub fn cursor(&self, feed_id: &str) -> String {
        paging::encode(bound_to(feed_id), &[&self.position.to_string(), &self.event_id])
    }

    /// The place that a cursor names.
    ///
    /// # Errors
    /// [`CursorError::Malformed`] when the text is not a cursor; [`CursorError::Foreign`] when the cursor
    /// belongs to another feed.
    pub fn of_cursor(cursor: &str, feed_id: &str) -> Result<Place, CursorError> {
        let key = paging::decode(cursor, bound_to(feed_id)).map_err(|error| match error {
            TokenError::Malformed => CursorError::Malformed,
            TokenError::ForeignQuery => CursorError::Foreign,
        })?;
        match key.as_slice() {
            [position, event_id] => {
                let position = position.parse().map_err(|_| CursorError::Malformed)?;
                Ok(Place { position, event_id: event_id.clone() })
            }
            _ => Err(CursorError::Malformed),
        }
    }
}

fn bound_to(feed_id: &str) -> Fingerprint {
    Fingerprint::of(&["feed", feed_id])
}
