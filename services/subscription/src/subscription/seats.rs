//! The seats of a subscription by the time they were added, and the refund for them (rule SUB-10).

use csp_policy::SeatAddition;
use csp_proto::google::r#type::Money;
use csp_service::{Result, wire};
use csp_store::Error;
use jiff::Timestamp;

use super::Subscription;
use super::histories::SeatAdditionRow;
use crate::calendar::{days_between, months_after};
use crate::seats::Seats;

impl Subscription {
    /// The seats by the time they were added: the open additions, then the seats left of the purchase.
    /// `added` is the number of seats of all additions; `open` has the additions whose window is open. Seats
    /// of closed additions are left out: those seats cannot be removed.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when more seats were added than the subscription has.
    pub(crate) fn seat_additions(&self, added: i64, open: &[SeatAdditionRow]) -> Result<Vec<SeatAddition>> {
        let of_purchase = u32::try_from(i64::from(self.seats()).saturating_sub(added))
            .map_err(|_| Error::Corrupt("a subscription has fewer seats than were added to it"))?;
        let of_purchase = SeatAddition { time: self.window_start(), seats: of_purchase };
        let later = open.iter().map(|row| SeatAddition { time: row.time, seats: row.seats.0 });
        Ok(later.chain([of_purchase]).collect())
    }

    /// The addition to store when the number of seats has grown since `before`: these seats have a window of
    /// their own. `None` when the number has not grown.
    pub(crate) fn added_since(&self, before: &Subscription) -> Option<SeatAdditionRow> {
        let seats = self.seats().checked_sub(before.seats()).filter(|seats| *seats > 0)?;
        Some(SeatAdditionRow {
            customer: self.row().customer.clone(),
            subscription: self.row().id.clone(),
            revision: self.row().revision,
            customer_tenant: self.row().customer_tenant.clone(),
            time: self.row().update_time,
            seats: Seats(seats),
        })
    }

    /// The open additions, newest first, with the seats that are left after seats were removed. Seats are
    /// taken from the newest addition first, and from the purchase last. Additions that keep all seats are
    /// left out.
    pub(crate) fn left_of(&self, before: &Subscription, open: Vec<SeatAdditionRow>) -> Vec<SeatAdditionRow> {
        let mut wanted = before.seats().saturating_sub(self.seats());
        let mut left = Vec::new();
        for mut addition in open {
            if wanted == 0 {
                break;
            }
            let taken = wanted.min(addition.seats.0);
            addition.seats.0 -= taken;
            wanted -= taken;
            left.push(addition);
        }
        left
    }

    /// The refund for a cancellation at `now`: the first month's price, prorated by day. Each whole day of
    /// use reduces the refund by one day's share; a day of partial use is refunded. In micros, rounded down.
    pub(crate) fn refund(&self, now: Timestamp) -> Result<Money> {
        let start = self.window_start();
        let days = days_between(start, months_after(start, 1)?).max(1);
        let left = (days - days_between(start, now)).clamp(0, days);
        let month = i128::from(self.row().unit_price) * i128::from(self.seats());
        let micros = month * i128::from(left) / i128::from(days);
        Ok(wire::money(&self.row().currency, i64::try_from(micros).unwrap_or(i64::MAX)))
    }
}
