//! Seats of a subscription by when they came, and what is owed back for them (rule SUB-10).

use csp_policy::SeatAddition;
use csp_proto::r#type::v1::Money;
use csp_service::Result;
use jiff::Timestamp;

use crate::calendar::{days_between, instant, months_after};
use crate::subscription::Subscription;
use crate::subscription::histories::SeatAdditionRow;

impl Subscription {
    /// Its seats by when they came: later additions that are still held, and what is left of the purchase.
    /// `added` counts all later additions, `open` has those that may still be taken back.
    pub(crate) fn seat_additions(&self, added: i64, open: &[SeatAdditionRow]) -> Vec<SeatAddition> {
        let seats = |number: i64| u32::try_from(number).unwrap_or_default();
        let of_purchase =
            SeatAddition { time: self.window_start(), seats: seats(self.row().quantity - added) };
        let later = open.iter().map(|row| SeatAddition { time: instant(row.time), seats: seats(row.seats) });
        later.chain([of_purchase]).collect()
    }

    /// The seats that were added, for later: they may be taken back within their own window.
    pub(crate) fn added_since(&self, before: &Subscription) -> Option<SeatAdditionRow> {
        let seats = self.row().quantity - before.row().quantity;
        (seats > 0).then(|| SeatAdditionRow {
            subscription: self.row().id.clone(),
            revision: self.row().revision,
            customer_tenant: self.row().customer_tenant.clone(),
            time: self.row().update_time,
            seats,
        })
    }

    /// What is left of the open additions, newest first, when seats were taken back: those that came last go
    /// first, and what no addition gives comes from the purchase. Additions that keep all seats are left out.
    pub(crate) fn left_of(&self, before: &Subscription, open: Vec<SeatAdditionRow>) -> Vec<SeatAdditionRow> {
        let mut wanted = before.row().quantity - self.row().quantity;
        let mut left = Vec::new();
        for mut addition in open {
            if wanted <= 0 {
                break;
            }
            let taken = wanted.min(addition.seats);
            addition.seats -= taken;
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
        let month = i128::from(self.row().unit_price) * i128::from(self.row().quantity);
        let micros = month * i128::from(left) / i128::from(days);
        Ok(Money { currency: self.row().currency.clone(), micros: i64::try_from(micros).unwrap_or(i64::MAX) })
    }
}
