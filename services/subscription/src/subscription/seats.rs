//! Seats of a subscription by when they came, and what is owed back for them (rule SUB-10).

use csp_policy::SeatAddition;
use csp_proto::r#type::v1::Money;
use csp_service::Result;
use csp_store::Error;
use jiff::Timestamp;

use super::Subscription;
use super::histories::SeatAdditionRow;
use crate::calendar::{days_between, months_after};
use crate::seats::Seats;

impl Subscription {
    /// Its seats by when they came: later additions that are still held, and what is left of the purchase.
    /// `added` counts all later additions, `open` has those that may still be taken back.
    ///
    /// # Errors
    /// The database is damaged: more seats were added than the subscription has.
    pub(crate) fn seat_additions(&self, added: i64, open: &[SeatAdditionRow]) -> Result<Vec<SeatAddition>> {
        let of_purchase = u32::try_from(i64::from(self.seats()).saturating_sub(added))
            .map_err(|_| Error::Corrupt("a subscription has fewer seats than were added to it"))?;
        let of_purchase = SeatAddition { time: self.window_start(), seats: of_purchase };
        let later = open.iter().map(|row| SeatAddition { time: row.time, seats: row.seats.0 });
        Ok(later.chain([of_purchase]).collect())
    }

    /// The seats that were added, for later: they may be taken back within their own window.
    pub(crate) fn added_since(&self, before: &Subscription) -> Option<SeatAdditionRow> {
        let seats = self.seats().checked_sub(before.seats()).filter(|seats| *seats > 0)?;
        Some(SeatAdditionRow {
            subscription: self.row().id.clone(),
            revision: self.row().revision,
            customer_tenant: self.row().customer_tenant.clone(),
            time: self.row().update_time,
            seats: Seats(seats),
        })
    }

    /// What is left of the open additions, newest first, when seats were taken back: those that came last go
    /// first, and what no addition gives comes from the purchase. Additions that keep all seats are left out.
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

    /// What is owed back when it is given back at `now`: of the first month's price, the part of the days that
    /// have not begun after a whole day of use. In micros, rounded down.
    pub(crate) fn refund(&self, now: Timestamp) -> Result<Money> {
        let start = self.window_start();
        let days = days_between(start, months_after(start, 1)?).max(1);
        let left = (days - days_between(start, now)).clamp(0, days);
        let month = i128::from(self.row().unit_price) * i128::from(self.seats());
        let micros = month * i128::from(left) / i128::from(days);
        Ok(Money { currency: self.row().currency.clone(), micros: i64::try_from(micros).unwrap_or(i64::MAX) })
    }
}
