//! Arithmetic on instants and days.

use csp_policy::Day;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The instant `span` after `now`, at most [`Timestamp::MAX`].
pub(crate) fn later(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// The first instant of the day, UTC.
pub(crate) fn start_of(day: Day) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |start| start.timestamp())
}
