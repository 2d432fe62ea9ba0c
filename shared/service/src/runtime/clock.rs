//! The clock: every act is decided at its now, and tests and sandboxes move it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use csp_policy::Day;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The last instant that a clock is moved to: 2200-12-31T23:59:59Z, in seconds of the Unix epoch.
pub const CLOCK_SECONDS_MAX: i64 = 7_289_654_399;

/// Tells the time by which acts are decided. Clones share one face.
#[derive(Debug, Clone)]
pub struct Clock {
    face: Arc<Mutex<Face>>,
}

#[derive(Debug, Clone, Copy)]
enum Face {
    /// The system's time, put forward by a fixed span.
    Running { ahead: SignedDuration },
    /// Stands still until it is set.
    Standing { at: Timestamp },
}

/// Why a clock was not moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// Time never runs backwards.
    #[error("`{to}` lies before the clock's now, `{now}`; remedy: name a later instant")]
    Backwards {
        /// The clock's now.
        now: Timestamp,
        /// The refused instant.
        to: Timestamp,
    },
    /// The instant lies after [`CLOCK_SECONDS_MAX`].
    #[error("`{to}` lies after the year 2200; remedy: name an earlier instant")]
    TooFar {
        /// The refused instant.
        to: Timestamp,
    },
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Clock { face: Arc::new(Mutex::new(Face::Running { ahead: SignedDuration::ZERO })) }
    }

    /// A clock that stands still at `start` until it is set: for tests.
    pub fn starting_at(start: Timestamp) -> Self {
        Clock { face: Arc::new(Mutex::new(Face::Standing { at: start })) }
    }

    /// The present instant, in whole microseconds: the databases keep no finer ones, and what a write answers is what
    /// later reads answer.
    pub fn now(&self) -> Timestamp {
        let now = self.face().now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// The present day in UTC: the day for which acts are decided.
    pub fn today(&self) -> Day {
        TimeZone::UTC.to_datetime(self.now()).date()
    }

    /// Moves the clock forward to `to`. The system's clock goes on running from there.
    pub fn set(&self, to: Timestamp) -> Result<(), ClockError> {
        let mut face = self.face();
        let now = face.now();
        if to < now {
            return Err(ClockError::Backwards { now, to });
        }
        if to.as_second() > CLOCK_SECONDS_MAX {
            return Err(ClockError::TooFar { to });
        }
        *face = match *face {
            Face::Running { ahead } => Face::Running { ahead: ahead + to.duration_since(now) },
            Face::Standing { .. } => Face::Standing { at: to },
        };
        Ok(())
    }

    fn face(&self) -> MutexGuard<'_, Face> {
        // A face is replaced whole, so a panic elsewhere cannot have left it half-written.
        self.face.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Face {
    fn now(self) -> Timestamp {
        match self {
            Face::Running { ahead } => system_now().checked_add(ahead).unwrap_or(Timestamp::MAX),
            Face::Standing { at } => at,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the system's time enters the suite")]
fn system_now() -> Timestamp {
    Timestamp::try_from(SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_standing_clock_stands_still_until_it_is_set() {
        let clock = Clock::starting_at(at("2026-11-21T23:59:59Z"));
        assert_eq!(clock.now(), clock.now());
        assert_eq!(clock.today().to_string(), "2026-11-21");
        clock.clone().set(at("2026-11-22T00:00:00Z")).unwrap();
        assert_eq!(clock.today().to_string(), "2026-11-22");
    }

    #[test]
    fn it_tells_whole_microseconds() {
        let clock = Clock::starting_at(at("2026-11-21T12:00:00.123456789Z"));
        assert_eq!(clock.now(), at("2026-11-21T12:00:00.123456Z"));
    }

    #[test]
    fn time_never_runs_backwards() {
        let clock = Clock::starting_at(at("2026-11-21T12:00:00Z"));
        let refused = clock.set(at("2026-11-21T11:59:59Z")).unwrap_err();
        assert!(matches!(refused, ClockError::Backwards { .. }));
    }

    #[test]
    fn the_year_2200_is_the_last() {
        let clock = Clock::starting_at(at("2026-11-21T12:00:00Z"));
        assert!(clock.set(at("2200-12-31T23:59:59Z")).is_ok());
        assert!(matches!(clock.set(at("2201-01-01T00:00:00Z")), Err(ClockError::TooFar { .. })));
    }

    #[test]
    fn the_system_clock_goes_on_from_where_it_was_set() {
        let clock = Clock::system();
        let later = clock.now() + SignedDuration::from_hours(24 * 8);
        clock.set(later).unwrap();
        let moved = clock.now();
        assert!(moved >= later && moved < later + SignedDuration::from_hours(1));
    }
}
