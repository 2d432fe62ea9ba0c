//! The 7-day window after an event: for cancelling, for removing seats, for submitting a cart.

use crate::Instant;
use jiff::SignedDuration;

/// Length of every 7-day window in hours, counted from the instant of the event.
pub const WINDOW_HOURS: i64 = 168;

/// Whether `now` lies in the window that opens at `start`. Both ends belong to the window.
pub fn is_within_window(start: Instant, now: Instant) -> bool {
    let elapsed = now.duration_since(start);
    !elapsed.is_negative() && elapsed <= SignedDuration::from_hours(WINDOW_HOURS)
}

/// Seats that were added to a subscription at one instant: by purchase, renewal or a later increase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatAddition {
    /// When the seats were added: their window opens.
    pub time: Instant,
    /// How many of the added seats the subscription still has.
    pub seats: u32,
}

impl SeatAddition {
    /// The last instant at which the seats may be given back.
    pub fn close_time(&self) -> Instant {
        self.time.checked_add(SignedDuration::from_hours(WINDOW_HOURS)).unwrap_or(self.time)
    }
}

/// The seats of a subscription, and the windows in which they may be given back (rule SUB-10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSeats {
    /// Number of seats.
    pub seats: u32,
    /// The additions whose windows may be open, newest first. A renewal adds all seats that were renewed, so
    /// older additions are left out.
    pub additions: Vec<SeatAddition>,
    /// The end of the running term: the instant of the next renewal, if the subscription renews.
    pub term_end: Instant,
}

impl HeldSeats {
    /// The additions whose window is open at `now`.
    pub fn open(&self, now: Instant) -> impl Iterator<Item = &SeatAddition> {
        self.additions.iter().filter(move |addition| is_within_window(addition.time, now))
    }

    /// The number of seats that may be given back at `now`.
    pub fn reducible(&self, now: Instant) -> u32 {
        self.open(now).fold(0, |seats, addition| seats.saturating_add(addition.seats))
    }
}
