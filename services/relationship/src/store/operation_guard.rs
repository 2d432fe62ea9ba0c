//! The table `operation_guard`: keeps a step of another service's operation and its being taken back apart,
//! whichever comes first.
//!
//! Both write the operation's row before anything else, so that on every database one of them waits for the other:
//! what a step did is there to be taken back, and a step that comes after is refused. A mere look would be write
//! skew. The row of a step goes with the step; what stays is the tombstone of an operation that was taken back,
//! until nothing of it can still be on its way.

use csp_service::LATE_CALL_MAX;
use csp_store::{Connection, Error};

/// Tombstones that one call prunes, at most.
pub(crate) const PRUNED_MAX: i64 = 100;

const ENTER: &str = "INSERT INTO operation_guard (operation, state, update_time) VALUES ($1, 'OPEN', $2) \
     ON CONFLICT (operation) DO UPDATE SET update_time = excluded.update_time WHERE operation_guard.state = 'OPEN'";
const LEAVE: &str = "DELETE FROM operation_guard WHERE operation = $1 AND state = 'OPEN'";
const TAKE_BACK: &str = "INSERT INTO operation_guard (operation, state, update_time) VALUES ($1, 'TAKEN_BACK', $2) \
     ON CONFLICT (operation) DO UPDATE SET state = 'TAKEN_BACK', update_time = excluded.update_time \
     WHERE operation_guard.state = 'OPEN'";
const PRUNE: &str = "DELETE FROM operation_guard WHERE operation IN \
     (SELECT operation FROM operation_guard WHERE update_time < $1 ORDER BY update_time, operation LIMIT $2)";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ENTER, LEAVE, TAKE_BACK, PRUNE];

/// Begins a step of the operation, and says whether it may go on: not once the operation was taken back.
pub(crate) async fn enter(conn: &mut Connection, operation: &str, now: i64) -> Result<bool, Error> {
    let entered = sqlx::query(ENTER).bind(operation).bind(now).execute(&mut *conn).await?;
    if entered.rows_affected() == 0 {
        return Ok(false);
    }
    // Whoever takes the operation back waits for this write all the same.
    sqlx::query(LEAVE).bind(operation).execute(conn).await?;
    Ok(true)
}

/// Notes that the operation is taken back, and says whether there is anything left to do: not the second time.
pub(crate) async fn take_back(conn: &mut Connection, operation: &str, now: i64) -> Result<bool, Error> {
    let taken = sqlx::query(TAKE_BACK).bind(operation).bind(now).execute(conn).await?;
    Ok(taken.rows_affected() == 1)
}

/// Forgets operations of which nothing can be on its way any more, a bounded number.
pub(crate) async fn prune(conn: &mut Connection, now: i64) -> Result<(), Error> {
    let late = i64::try_from(LATE_CALL_MAX.as_micros()).unwrap_or(i64::MAX);
    sqlx::query(PRUNE).bind(now.saturating_sub(late)).bind(PRUNED_MAX).execute(conn).await?;
    Ok(())
}
