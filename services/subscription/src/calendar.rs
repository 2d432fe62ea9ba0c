//! Calendar arithmetic in UTC: ends of terms, numbers of days.

use csp_service::{Fault, Result};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The same day of the month and time of day, `months` later, in UTC. In a shorter month the last day of that
/// month.
pub(crate) fn months_after(start: Timestamp, months: i32) -> Result<Timestamp> {
    let end = start.to_zoned(TimeZone::UTC).checked_add(Span::new().months(months));
    end.map(|end| end.timestamp()).map_err(|error| {
        Fault::internal(format!("`{start}` plus {months} months cannot be computed: {error}"))
    })
}

/// Whole days (24 hours each) from `start` to `end`, which is later.
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
    fn only_whole_days_are_counted() {
        assert_eq!(days_between(at("2026-01-01T00:00:00Z"), at("2026-01-01T23:59:59Z")), 0);
        assert_eq!(days_between(at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z")), 1);
    }
}
