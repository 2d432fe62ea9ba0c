//! The clock by which acts are decided. A test or a sandbox can move the clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use csp_policy::Day;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The latest instant that a clock can be set to: 2200-12-31T23:59:59Z, in seconds of the Unix epoch.
pub const CLOCK_SECONDS_MAX: i64 = 7_289_654_399;

/// The clock by which acts are decided. Clones share one time.
#[derive(Debug, Clone)]
pub struct Clock {
    face: Arc<Mutex<Face>>,
}

#[derive(Debug, Clone, Copy)]
enum Face {
    /// The system's time plus a fixed offset.
    Running { ahead: SignedDuration },
    /// An instant that each reading moves on by a fixed step.
    Stepping { at: Timestamp, step: SignedDuration },
}

/// Why a clock was not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The instant lies before the clock's current time.
    #[error("`{to}` lies before the clock's now, `{now}`; remedy: name a later instant")]
    Backwards {
        /// The clock's current time.
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

    /// A clock that shows `start` until it is set: for tests.
    pub fn starting_at(start: Timestamp) -> Self {
        Clock { face: Arc::new(Mutex::new(Face::Stepping { at: start, step: SignedDuration::ZERO })) }
    }

    /// Lets each later reading of the clock move the clock on by `step`, as if work took that long between
    /// two readings: for tests.
    pub fn step_by(&self, step: SignedDuration) {
        let mut face = self.face();
        *face = Face::Stepping { at: face.now(), step };
    }

    /// The current instant, in whole microseconds. The databases store no finer instants, so a write and a
    /// later read return the same value.
    pub fn now(&self) -> Timestamp {
        let mut face = self.face();
        let now = face.now();
        face.step();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// The current day in UTC. Acts are judged by the rules of this day.
    pub fn today(&self) -> Day {
        TimeZone::UTC.to_datetime(self.now()).date()
    }

    /// Sets the clock forward to `to`. A running clock continues from there.
    ///
    /// # Errors
    /// [`ClockError::Backwards`] for an instant before the current time; [`ClockError::TooFar`] for an
    /// instant after [`CLOCK_SECONDS_MAX`].
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
            Face::Stepping { step, .. } => Face::Stepping { at: to, step },
        };
        Ok(())
    }

    fn face(&self) -> MutexGuard<'_, Face> {
        // The face is replaced in one assignment, so a panic elsewhere cannot leave it half-written.
        self.face.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Face {
    fn now(self) -> Timestamp {
        match self {
            Face::Running { ahead } => system_now().checked_add(ahead).unwrap_or(Timestamp::MAX),
            Face::Stepping { at, .. } => at,
        }
    }

    fn step(&mut self) {
        if let Face::Stepping { at, step } = self {
            *at = at.checked_add(*step).unwrap_or(Timestamp::MAX);
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
    fn a_stepping_clock_moves_on_at_each_reading() {
        let clock = Clock::starting_at(at("2026-11-21T12:00:00Z"));
        clock.step_by(SignedDuration::from_secs(1));
        assert_eq!(
            [clock.now(), clock.now()].map(|now| now.to_string()),
            ["2026-11-21T12:00:00Z", "2026-11-21T12:00:01Z"]
        );
    }

    #[test]
    fn the_clock_shows_whole_microseconds() {
        let clock = Clock::starting_at(at("2026-11-21T12:00:00.123456789Z"));
        assert_eq!(clock.now(), at("2026-11-21T12:00:00.123456Z"));
    }

    #[test]
    fn a_clock_cannot_be_set_back() {
        let clock = Clock::starting_at(at("2026-11-21T12:00:00Z"));
        let refused = clock.set(at("2026-11-21T11:59:59Z")).unwrap_err();
        assert!(matches!(refused, ClockError::Backwards { .. }));
    }

    #[test]
    fn a_clock_cannot_be_set_past_the_year_2200() {
        let clock = Clock::starting_at(at("2026-11-21T12:00:00Z"));
        assert!(clock.set(at("2200-12-31T23:59:59Z")).is_ok());
        assert!(matches!(clock.set(at("2201-01-01T00:00:00Z")), Err(ClockError::TooFar { .. })));
    }

    #[test]
    fn the_system_clock_continues_from_the_instant_it_was_set_to() {
        let clock = Clock::system();
        let later = clock.now() + SignedDuration::from_hours(24 * 8);
        clock.set(later).unwrap();
        let moved = clock.now();
        assert!(moved >= later && moved < later + SignedDuration::from_hours(1));
    }
}
