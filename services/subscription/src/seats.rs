//! A number of seats, with its forms in the database and in the API.

use csp_store::Column;

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
