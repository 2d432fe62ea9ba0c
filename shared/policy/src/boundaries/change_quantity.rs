//! The boundary `ChangeQuantity`: its facts and its rules.

use super::sale::{Sells, sale_rows};
use crate::boundary::row;
use crate::rules::{
    agreement::*, customer::*, offer::*, order::*, partnership::*, region::*, selling::*, standing::*,
    subscription::*,
};
use crate::{Act, Advisory, Boundary, Caller, HeldSeats, Row, Sale, SubscriptionState};

/// The seller adds seats to a subscription, which is a sale, or removes seats, which is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeQuantity {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// State of the subscription.
    pub state: SubscriptionState,
    /// The seats before the change, with the windows in which they may be given back.
    pub held: HeldSeats,
    /// The sale of the subscription as it would be after the change: the one line has all its seats. When
    /// seats are removed, only the seller and the line count.
    pub sale: Sale,
}

impl Boundary for ChangeQuantity {
    const NAME: &'static str = "ChangeQuantity";
    const ROWS: &'static [Row<Self>] = sale_rows! {
        caller: [row(&SUB_15, |it| seats_must_be_changed_by_the_seller(&it.caller, &it.sale.seller, &it.act))],
        state: [],
        last: [
            row(&SUB_08, |it| seats_left_must_reach_the_minimum(it.held.seats, &it.sale.lines)),
            row(&SUB_11, |it| {
                subscription_must_be_active(it.state, it.quantity() == it.held.seats, &it.act)
            }),
            row(&SUB_10, |it| {
                seats_must_be_reducible(&it.held, it.quantity(), it.act.at, &it.act)
            }),
        ],
    };

    fn act(&self) -> &Act {
        &self.act
    }

    fn advisories(&self) -> Vec<Advisory> {
        self.notices()
    }
}

impl Sells for ChangeQuantity {
    fn sale(&self) -> Option<&Sale> {
        (self.quantity() > self.held.seats).then_some(&self.sale)
    }
}

impl ChangeQuantity {
    /// The requested number of seats: those of the one line.
    fn quantity(&self) -> u32 {
        self.sale.lines.first().map_or(0, |line| line.quantity)
    }
}
