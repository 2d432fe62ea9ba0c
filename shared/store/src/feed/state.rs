//! The state of a feed: which positions were given, and which entries are kept.

use crate::{Connection, Error, Select, Statement};

/// The name of the feed of the journal.
pub(super) const FEED: &str = "journal";

const STATE: Select<State> = Select::new("SELECT * FROM feed WHERE name = $1");
const EVENT_AT: &str = "SELECT event_id FROM journal WHERE position = $1";

pub(crate) const STATEMENTS: &[&dyn Statement] = &[&STATE, &EVENT_AT];

crate::table! {
    /// The state of a feed.
    pub struct State in "feed" {
        /// Identifies the feed of this database among all feeds.
        id: String,
        /// The position that the next entry gets. The first entry ever gets 1.
        next_position: i64,
        /// The oldest position that is kept; equal to `next_position` before the first entry is numbered.
        first_position: i64,
    }
}

/// The state of the feed; `None` before the first pass of a sequencer.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn state(conn: &mut Connection) -> Result<Option<State>, Error> {
    Ok(STATE.query().bind(FEED).fetch_optional(conn).await?)
}

/// The id of the entry at this position; empty when no entry has this position.
pub(super) async fn event_at(reader: &mut Connection, position: i64) -> Result<String, Error> {
    let found = sqlx::query_scalar(EVENT_AT).bind(position).fetch_optional(reader).await?;
    Ok(found.unwrap_or_default())
}
