//! Days and instants that follow from the present one.

use csp_policy::Day;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The day, UTC, for which an act at `now` is judged.
pub(crate) fn day_of(now: Timestamp) -> Day {
    TimeZone::UTC.to_datetime(now).date()
}

/// The instant that lies `span` after `now`, or the last there is.
pub(crate) fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}
