//! Numbers the committed entries of the journal.

use super::state::FEED;
use crate::write::placeholders::must_change_rows;
use crate::{Connection, Error, Statement, Tx};

/// Maximum number of entries that one transaction numbers.
pub const ENTRIES_SEQUENCED_MAX: u32 = 500;

const AWAITS: &str = "SELECT event_id FROM journal WHERE position IS NULL LIMIT 1";
const OPEN: &str = "INSERT INTO feed (name, id, next_position, first_position) VALUES ($1, $2, 1, 1) \
     ON CONFLICT (name) DO NOTHING";
/// Changes no value, but locks the row: other sequencers wait here and not for single entries.
const TAKE: &str = "UPDATE feed SET next_position = next_position WHERE name = $1 RETURNING next_position";
/// `picked` has the resources of the `$1` oldest entries without a position. When a clock ran backwards,
/// these entries may include a higher revision of a resource without a lower one. So each resource gets as
/// many positions as it has entries among the oldest (`share`), but its lowest revisions get them (`turn`).
/// From one revision of a resource to the next, `feed_time` and `feed_event` never decrease. Entries of one
/// instant are numbered by their ids, which ascend within a transaction.
///
/// The planner has no statistics on how many entries wait. A planner that assumes one waiting entry chooses a
/// join that compares every pair of rows. So the only join is by the primary key, and `picked` is searched
/// within a `CASE`, where the planner hashes it.
const NUMBER: &str = "WITH picked AS ( \
         SELECT resource FROM journal WHERE position IS NULL ORDER BY time, event_id LIMIT $1 \
     ), waiting AS ( \
         SELECT event_id, resource, revision, time, ROW_NUMBER() OVER (ORDER BY time, event_id) AS age \
         FROM journal \
         WHERE position IS NULL AND CASE WHEN resource IN (SELECT resource FROM picked) THEN 1 ELSE 0 END = 1 \
     ), ranked AS ( \
         SELECT event_id, revision, \
             SUM(CASE WHEN age <= $1 THEN 1 ELSE 0 END) OVER (PARTITION BY resource) AS share, \
             ROW_NUMBER() OVER (PARTITION BY resource ORDER BY revision, event_id) AS turn, \
             MAX(time) OVER (PARTITION BY resource ORDER BY revision, event_id) AS feed_time, \
             MAX(event_id) OVER (PARTITION BY resource ORDER BY revision, event_id) AS feed_event \
         FROM waiting \
     ), numbered AS ( \
         SELECT event_id, \
             ROW_NUMBER() OVER (ORDER BY feed_time, feed_event, revision, event_id) AS place \
         FROM ranked WHERE turn <= share \
     ) \
     UPDATE journal SET position = CAST($2 AS BIGINT) + numbered.place - 1 FROM numbered \
     WHERE journal.event_id = numbered.event_id";
const MOVE: &str =
    "UPDATE feed SET next_position = next_position + $1 WHERE name = $2 AND next_position = $3";

pub(crate) const STATEMENTS: &[&dyn Statement] = &[&AWAITS, &OPEN, &TAKE, &NUMBER, &MOVE];

/// Whether an entry waits for its position. Ask before beginning a write: often there is nothing to number.
///
/// # Errors
/// [`Error::Unavailable`] when the database does not answer.
pub async fn awaits(conn: &mut Connection) -> Result<bool, Error> {
    Ok(sqlx::query(AWAITS).fetch_optional(conn).await?.is_some())
}

/// Numbers committed entries, at most `count` and at most [`ENTRIES_SEQUENCED_MAX`]. Returns the number of
/// numbered entries. `id` becomes the id of the feed when the feed has none yet: choose an id that is never
/// used twice. The caller commits.
///
/// # Errors
/// [`Error::LostRace`] or [`Error::Conflict`] when another sequencer was faster, which is harmless: the next
/// pass numbers the remaining entries.
pub async fn sequence(tx: &mut Tx, id: &str, count: u32) -> Result<u64, Error> {
    sqlx::query(OPEN).bind(FEED).bind(id).execute(tx.conn().await?).await?;
    let next: i64 = sqlx::query_scalar(TAKE).bind(FEED).fetch_one(tx.conn().await?).await?;
    let numbered = number(tx.conn().await?, next, count).await?;
    if numbered > 0 {
        advance(tx.conn().await?, next, numbered).await?;
    }
    Ok(numbered)
}

pub(super) async fn number(conn: &mut Connection, next: i64, count: u32) -> Result<u64, Error> {
    let count = i64::from(count.min(ENTRIES_SEQUENCED_MAX));
    Ok(sqlx::query(NUMBER).bind(count).bind(next).execute(conn).await?.rows_affected())
}

pub(super) async fn advance(conn: &mut Connection, next: i64, numbered: u64) -> Result<(), Error> {
    let numbered = i64::try_from(numbered)
        .map_err(|_| Error::Corrupt("the count of numbered entries exceeds an i64"))?;
    let moved = sqlx::query(MOVE).bind(numbered).bind(FEED).bind(next).execute(conn).await?;
    must_change_rows(&moved, 1)
}
