//! How far a feed has come.

use crate::{Connection, Error};
use sqlx::Row as _;

/// The feed that a journal has.
pub(super) const FEED: &str = "journal";

const STATE: &str = "SELECT id, next_position, first_position FROM feed WHERE name = $1";
const EVENT_AT: &str = "SELECT event_id FROM journal WHERE position = $1";

/// How far a feed has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Tells the feed of this database from every other one.
    pub id: String,
    /// The position that the next entry gets; the first one ever gets 1.
    pub next: i64,
    /// The oldest position that is kept; `next` when there is none yet.
    pub first: i64,
}

/// How far the feed has come; `None` before the first sequencer was there.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn state(conn: &mut Connection) -> Result<Option<State>, Error> {
    let row = sqlx::query(STATE).bind(FEED).fetch_optional(conn).await?;
    row.map(|row| {
        Ok(State {
            id: row.try_get("id")?,
            next: row.try_get("next_position")?,
            first: row.try_get("first_position")?,
        })
    })
    .transpose()
}

/// The id of the entry at this position; empty when there is none.
pub(super) async fn event_at(reader: &mut Connection, position: i64) -> Result<String, Error> {
    let row = sqlx::query(EVENT_AT).bind(position).fetch_optional(reader).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?.unwrap_or_default())
}
