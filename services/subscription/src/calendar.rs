//! Calendar arithmetic: days, ends of terms, days of a month.

use csp_policy::Day;
use csp_service::{Fault, Result};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The instant at which a day begins, UTC.
pub(crate) fn start_of(day: Day) -> Result<Timestamp> {
    let start = day.to_zoned(TimeZone::UTC).map(|start| start.timestamp());
    start.map_err(|error| Fault::internal(format!("`{day}` has no beginning: {error}")))
}

/// The same day and time of day so many months later, UTC; the last day of a month that is too short.
pub(crate) fn months_after(start: Timestamp, months: i32) -> Result<Timestamp> {
    let end = start.to_zoned(TimeZone::UTC).checked_add(Span::new().months(months));
    end.map(|end| end.timestamp())
        .map_err(|error| Fault::internal(format!("`{start}` plus {months} months: {error}")))
}

/// Whole days from one instant to a later one.
pub(crate) fn days_between(start: Timestamp, end: Timestamp) -> i64 {
    end.duration_since(start).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_term_ends_on_the_same_day_of_a_later_month() {
        for (start, months, end) in [
            ("2026-11-21T12:00:00.5Z", 1, "2026-12-21T12:00:00.5Z"),
            ("2026-01-31T23:59:59Z", 1, "2026-02-28T23:59:59Z"),
            ("2024-02-29T00:00:00Z", 12, "2025-02-28T00:00:00Z"),
            ("2026-11-21T12:00:00Z", 36, "2029-11-21T12:00:00Z"),
        ] {
            assert_eq!(months_after(at(start), months).unwrap(), at(end), "{start} + {months} months");
        }
    }

    #[test]
    fn only_whole_days_count() {
        assert_eq!(days_between(at("2026-01-01T00:00:00Z"), at("2026-01-01T23:59:59Z")), 0);
        assert_eq!(days_between(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z")), 1);
    }
}
