//! A number of seats, and seats that were added at an instant: their forms in the database and in the API.

use csp_service::Storable;
use csp_store::Column;
use jiff::Timestamp;

/// A number of seats; a `u32`, so that it is never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seats(pub(crate) u32);

impl Seats {
    /// The number in the API, where it is an `int32`.
    pub(crate) fn wire(self) -> i32 {
        i32::try_from(self.0).unwrap_or(i32::MAX)
    }
}

/// Converts a number of the API; a negative one is an error.
impl TryFrom<i32> for Seats {
    type Error = std::num::TryFromIntError;

    fn try_from(number: i32) -> Result<Self, Self::Error> {
        u32::try_from(number).map(Seats)
    }
}

impl Column for Seats {
    type Raw = i64;

    fn from_raw(raw: i64) -> Option<Self> {
        u32::try_from(raw).ok().map(Seats)
    }

    fn to_raw(&self) -> i64 {
        i64::from(self.0)
    }
}

/// Seats that one change added, and that are still held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Addition {
    pub(crate) time: Timestamp,
    pub(crate) seats: Seats,
}

/// Stored as text like `1700000000000000/5`: microseconds since 1970 UTC, and seats.
impl Storable for Addition {
    fn text(&self) -> String {
        format!("{}/{}", self.time.as_microsecond(), self.seats.0)
    }

    fn of_text(text: &str) -> Option<Self> {
        let (time, seats) = text.split_once('/')?;
        let time = Timestamp::from_microsecond(time.parse().ok()?).ok()?;
        Some(Addition { time, seats: Seats(seats.parse().ok()?) })
    }
}
