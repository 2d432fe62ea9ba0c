//! Arithmetic on instants.

use jiff::{SignedDuration, Timestamp};

/// The instant `span` after `now`, at most [`Timestamp::MAX`].
pub(crate) fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}
