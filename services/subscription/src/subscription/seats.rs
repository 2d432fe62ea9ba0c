//! The seats of a subscription by the time they were added, their windows, and the refund for them (rule
//! SUB-10).

use csp_policy::{HeldSeats, SeatAddition, is_within_window};
use csp_proto::google::r#type::Money;
use csp_proto::subscription::v1::{self as pb, SubscriptionState};
use csp_service::{Result, wire};
use jiff::Timestamp;

use super::Subscription;
use super::terms::TERMS_MAX;
use crate::calendar::{days_between, months_after};
use crate::offer::plan::months_of_cycle;
use crate::seats::{Addition, Seats};

/// Maximum number of additions that a subscription keeps, the newest ones. The seats of older ones count as
/// seats of the purchase.
const ADDITIONS_MAX: usize = 100;

impl Subscription {
    /// The additions whose window is open at `now`, newest first. Those before the last renewal are left out:
    /// their seats were renewed.
    fn open_additions(&self, now: Timestamp) -> impl Iterator<Item = Addition> {
        let since = self.term_start(now);
        let kept = self.row().seat_additions.0.iter().copied();
        kept.filter(move |addition| addition.time >= since && is_within_window(addition.time, now))
    }

    /// The additions to keep after the number of seats becomes `quantity` at `now`. Seats are given back
    /// newest first.
    pub(super) fn additions_after(&self, quantity: u32, now: Timestamp) -> Vec<Addition> {
        let mut additions: Vec<Addition> = self.open_additions(now).collect();
        let mut given_back = self.seats().saturating_sub(quantity);
        for addition in &mut additions {
            let taken = given_back.min(addition.seats.0);
            addition.seats.0 -= taken;
            given_back -= taken;
        }
        additions.retain(|addition| addition.seats.0 > 0);
        if let Some(added) = quantity.checked_sub(self.seats()).filter(|added| *added > 0) {
            additions.insert(0, Addition { time: now, seats: Seats(added) });
        }
        additions.truncate(ADDITIONS_MAX);
        additions
    }

    /// The seats at `now`, as a fact of the policy. Those that were not added lately have the window of the
    /// purchase or of the last renewal, unless an upgrade closed it.
    pub(crate) fn held(&self, now: Timestamp) -> HeldSeats {
        let addition = |addition: Addition| SeatAddition { time: addition.time, seats: addition.seats.0 };
        let mut additions: Vec<SeatAddition> = self.open_additions(now).map(addition).collect();
        let later = additions.iter().fold(0u32, |seats, later| seats.saturating_add(later.seats));
        let others = self.seats().saturating_sub(later);
        let window = self.window_start(now).filter(|_| others > 0);
        additions.extend(window.map(|time| SeatAddition { time, seats: others }));
        HeldSeats { seats: self.seats(), additions, term_end: self.running_term_end(now) }
    }

    /// The open windows at `now`, newest first; none unless the subscription is active.
    pub(super) fn windows(&self, now: Timestamp) -> Vec<pb::SeatWindow> {
        if self.state(now) != SubscriptionState::Active {
            return Vec::new();
        }
        let window = |open: &SeatAddition| pb::SeatWindow {
            seats: Seats(open.seats).wire(),
            open_time: Some(wire::timestamp(open.time)),
            close_time: Some(wire::timestamp(open.close_time())),
        };
        self.held(now).open(now).map(window).collect()
    }

    /// The refund for seats that are given back at `now`: their price for the billing period that runs,
    /// prorated by day. Each whole day of use reduces the refund by one day's share; a day of partial use is
    /// refunded. In micros, rounded down.
    pub(crate) fn refund(&self, seats: u32, now: Timestamp) -> Result<Money> {
        let row = self.row();
        let (term_start, months) = (self.term_start(now), months_of_cycle(row.billing_cycle.0).max(1));
        let begins = |period: i32| months_after(term_start, period.saturating_mul(months));
        let later = (1..=TERMS_MAX).take_while(|period| begins(*period).is_ok_and(|begin| begin <= now));
        let period = later.last().unwrap_or(0);
        let (start, end) = (begins(period)?, begins(period + 1)?);
        let days = days_between(start, end).max(1);
        let left = (days - days_between(start, now)).clamp(0, days);
        let price = i128::from(row.unit_price) * i128::from(seats) * i128::from(months);
        let micros = price * i128::from(left) / i128::from(days);
        Ok(wire::money(&row.currency, i64::try_from(micros).unwrap_or(i64::MAX)))
    }
}
