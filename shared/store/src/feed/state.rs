//! How far a feed has come.

use crate::{Connection, Error, Select, Statement};

/// The feed that a journal has.
pub(super) const FEED: &str = "journal";

const STATE: Select<State> = Select::new("SELECT * FROM feed WHERE name = $1");
const EVENT_AT: &str = "SELECT event_id FROM journal WHERE position = $1";

/// Every statement of the table.
pub(crate) const STATEMENTS: &[&dyn Statement] = &[&STATE, &EVENT_AT];

crate::table! {
    /// How far a feed has come.
    pub struct State in "feed" {
        /// Tells the feed of this database from every other one.
        id: String,
        /// The position that the next entry gets; the first one ever gets 1.
        next_position: i64,
        /// The oldest position that is kept; `next_position` when there is none yet.
        first_position: i64,
    }
}

/// How far the feed has come; `None` before the first sequencer was there.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn state(conn: &mut Connection) -> Result<Option<State>, Error> {
    Ok(STATE.query().bind(FEED).fetch_optional(conn).await?)
}

/// The id of the entry at this position; empty when there is none.
pub(super) async fn event_at(reader: &mut Connection, position: i64) -> Result<String, Error> {
    let found = sqlx::query_scalar(EVENT_AT).bind(position).fetch_optional(reader).await?;
    Ok(found.unwrap_or_default())
}
