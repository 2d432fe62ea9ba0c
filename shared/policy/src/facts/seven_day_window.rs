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
    /// When the seats were added.
    pub time: Instant,
    /// How many of the added seats the subscription still has.
    pub seats: u32,
}

/// The number of seats that may be removed at `now`: the seats whose window is open (rule SUB-10).
pub fn seats_reducible(additions: &[SeatAddition], now: Instant) -> u32 {
    additions
        .iter()
        .filter(|addition| is_within_window(addition.time, now))
        .fold(0, |seats, addition| seats.saturating_add(addition.seats))
}
