//! Erases old entries of the journal.

use super::state::{FEED, State, state};
use crate::write::placeholders::must_change_rows;
use crate::{Error, Statement, Tx};

/// Maximum number of entries that one transaction erases.
pub const ENTRIES_PRUNED_MAX: u32 = 500;

const OLDEST: &str =
    "SELECT position, time FROM journal WHERE position >= $1 AND position < $2 ORDER BY position LIMIT $3";
const RAISE: &str = "UPDATE feed SET first_position = $1 WHERE name = $2 AND first_position = $3";
/// The tombstones of withdrawn entries stay: their positions are negative.
const ERASE: &str = "DELETE FROM journal WHERE position > 0 AND position < $1";

pub(crate) const STATEMENTS: &[&dyn Statement] = &[&OLDEST, &RAISE, &ERASE];

/// Erases entries from the oldest on, up to the first that is not older than `before` (microseconds since
/// 1970, UTC), at most [`ENTRIES_PRUNED_MAX`]. Returns the number of erased entries. The newest entry stays
/// whatever its age, and so does the cursor of every reader that has read everything. The caller commits.
///
/// # Errors
/// [`Error::LostRace`] when another process erased entries at the same time, which is harmless.
pub async fn prune(tx: &mut Tx, before: i64) -> Result<u64, Error> {
    let Some(State { next_position: next, first_position: first, .. }) = state(tx.conn().await?).await?
    else {
        return Ok(0);
    };
    let query = sqlx::query_as(OLDEST).bind(first).bind(next - 1).bind(i64::from(ENTRIES_PRUNED_MAX));
    let mut horizon = first;
    let oldest: Vec<(i64, i64)> = query.fetch_all(tx.conn().await?).await?;
    for (position, _) in oldest.iter().take_while(|(_, time)| *time < before) {
        horizon = position + 1;
    }
    if horizon == first {
        return Ok(0);
    }
    let raised = sqlx::query(RAISE).bind(horizon).bind(FEED).bind(first).execute(tx.conn().await?).await?;
    must_change_rows(&raised, 1)?;
    Ok(sqlx::query(ERASE).bind(horizon).execute(tx.conn().await?).await?.rows_affected())
}
