//! Withdraws a journal entry, so that a write whose outcome is unknown can no longer commit.

use crate::Error;
use crate::connection::pool::ConnectionPool;
use std::hash::{DefaultHasher, Hash, Hasher};

const WITHDRAW: &str = "INSERT INTO journal (event_id, position, time, actor, method, resource, resource_type, revision) \
     VALUES ($1, $2, 0, '', '', '', '', 0)";
const POSITION: &str = "SELECT position FROM journal WHERE event_id = $1";

/// The outcome of a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withdrawn {
    /// The entry is not stored and never will be: the write that contains it fails.
    InTime,
    /// The entry is stored: the write was committed.
    TooLate,
}

/// Withdraws an entry whose write was perhaps committed, or may still be: inserts a tombstone with the
/// entry's key. When a running transaction has inserted the entry, the insert waits for the end of that
/// transaction. The position of the tombstone is negative, so the feed never reads it. The tombstone is never
/// erased: however late the write comes, its key must not be free again.
pub(crate) async fn withdraw(writers: &ConnectionPool, event_id: &str) -> Result<Withdrawn, Error> {
    let mut connection = writers.acquire().await?;
    let put = sqlx::query(WITHDRAW).bind(event_id).bind(beside_the_feed(event_id));
    match put.execute(&mut *connection).await.map_err(Error::from) {
        Ok(_) => Ok(Withdrawn::InTime),
        Err(Error::Conflict(_)) => {
            let found = sqlx::query_scalar(POSITION).bind(event_id).fetch_one(&mut *connection).await?;
            // An earlier try may have withdrawn the entry, and its answer was lost too.
            let is_withdrawn = Option::is_some_and(found, |position: i64| position < 0);
            Ok(if is_withdrawn { Withdrawn::InTime } else { Withdrawn::TooLate })
        }
        Err(error) => Err(error),
    }
}

/// A negative position, outside the feed. Each id gets another one, because positions are unique.
fn beside_the_feed(event_id: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    event_id.hash(&mut hasher);
    // The bits of the hash without the last one, inverted: always negative.
    !(hasher.finish() >> 1).cast_signed()
}
