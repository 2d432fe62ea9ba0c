//! Days and instants that follow from the present one.

use jiff::{SignedDuration, Timestamp};

/// The instant that lies `span` after `now`, or the last there is.
pub(crate) fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}
