//! The boundary `ChangeQuantity`: its facts and its rules.

use super::sale::{Sells, sale_rows};
use crate::boundary::row;
use crate::rules::{
    agreement::*, customer::*, offer::*, order::*, partnership::*, region::*, selling::*, standing::*,
    subscription::*,
};
use crate::{Act, Advisory, Boundary, Caller, Row, Sale, SubscriptionState};

/// The seller adds seats to a subscription, which is a sale, or removes seats, which is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeQuantity {
    /// Day, subject and revisions of the act.
    pub act: Act,
    /// Who calls.
    pub caller: Caller,
    /// State of the subscription.
    pub state: SubscriptionState,
    /// Seats before the change.
    pub seats: u32,
    /// The sale of the subscription as it would be after the change: the one line has all its seats. When
    /// seats are removed, only the seller and the line count.
    pub sale: Sale,
    /// The number of seats that may be removed at the instant of the decision: see
    /// [`seats_reducible`](crate::seats_reducible).
    pub seats_reducible: u32,
}

impl Boundary for ChangeQuantity {
    const NAME: &'static str = "ChangeQuantity";
    const ROWS: &'static [Row<Self>] = sale_rows! {
        caller: [row(&SUB_15, |it| seats_must_be_changed_by_the_seller(&it.caller, &it.sale.seller, &it.act))],
        state: [],
        last: [
            row(&SUB_08, |it| seats_left_must_reach_the_minimum(it.seats, &it.sale.lines)),
            row(&SUB_11, |it| subscription_must_be_active(it.state, &it.act)),
            row(&SUB_10, |it| {
                seats_must_be_reducible(it.seats, it.quantity(), it.seats_reducible, &it.act)
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
        (self.quantity() > self.seats).then_some(&self.sale)
    }
}

impl ChangeQuantity {
    /// The requested number of seats.
    fn quantity(&self) -> u32 {
        self.sale.lines.iter().map(|line| line.quantity).sum()
    }
}
