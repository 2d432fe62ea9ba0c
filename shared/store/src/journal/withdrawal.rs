//! Entries that are kept from being written, or were.

use crate::Error;
use crate::connection::pool::ConnectionPool;
use std::hash::{DefaultHasher, Hash, Hasher};

const WITHDRAW: &str = "INSERT INTO journal (event_id, position, time, actor, command, resource, resource_type, revision) \
     VALUES ($1, $2, 0, '', '', '', '', 0)";
const POSITION: &str = "SELECT position FROM journal WHERE event_id = $1";

/// What came of withdrawing an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Withdrawn {
    /// The entry is not there, and never will be: a write that comes with it fails.
    InTime,
    /// The entry is there.
    TooLate,
}

/// Withdraws an entry of a write of which nobody knows whether it was made, or still will be: something else takes its
/// key, after a write that is about to be committed with it. What takes it has a position that the feed never comes to,
/// and stays: no write may come so late that its key is free again.
pub(crate) async fn withdraw(writers: &ConnectionPool, event_id: &str) -> Result<Withdrawn, Error> {
    let mut connection = writers.acquire().await?;
    let put = sqlx::query(WITHDRAW).bind(event_id).bind(beside_the_feed(event_id));
    match put.execute(&mut *connection).await.map_err(Error::from) {
        Ok(_) => Ok(Withdrawn::InTime),
        Err(Error::Conflict(_)) => {
            let found = sqlx::query_scalar(POSITION).bind(event_id).fetch_one(&mut *connection).await?;
            // An earlier try may have withdrawn it, and its answer been lost as well.
            let is_withdrawn = Option::is_some_and(found, |position: i64| position < 0);
            Ok(if is_withdrawn { Withdrawn::InTime } else { Withdrawn::TooLate })
        }
        Err(error) => Err(error),
    }
}

/// A position before every one of the feed, another one for each id.
fn beside_the_feed(event_id: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    event_id.hash(&mut hasher);
    // All bits but the sign, inverted: always negative.
    !(hasher.finish() >> 1).cast_signed()
}
