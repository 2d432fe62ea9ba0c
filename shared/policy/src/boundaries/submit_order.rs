//! The boundary `SubmitOrder`: its facts and its rules.

use super::sale::{Sells, sale_rows};
use crate::boundary::row;
use crate::rules::{
    agreement::*, customer::*, offer::*, order::*, partnership::*, region::*, selling::*, standing::*,
};
use crate::{Act, Advisory, Boundary, Capacity, Cart, Row, Sale};

/// A partner submits an order, or an operator records earlier subscriptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitOrder {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// Whether an operator records earlier subscriptions, with their evidence.
    pub recorded: bool,
    /// The sale. Its seller is the partner that submits the order.
    pub sale: Sale,
    /// The cart that is submitted; `None` for an order without a cart.
    pub cart: Option<Cart>,
    /// The role that the seller attests: with or without a reseller. `None` without an attestation.
    pub capacity: Option<Capacity>,
}

impl Boundary for SubmitOrder {
    const NAME: &'static str = "SubmitOrder";
    const ROWS: &'static [Row<Self>] = sale_rows! {
        caller: [],
        state: [
            row(&SUB_02, |it| cart_must_be_unexpired(it.cart.as_ref(), it.act.at)),
            row(&SUB_02, |it| cart_must_be_unsubmitted(it.cart.as_ref())),
        ],
        last: [row(&SUB_09, |it| capacity_must_be_attested(it.capacity, &it.sale, it.recorded, &it.act))],
    };

    fn act(&self) -> &Act {
        &self.act
    }

    fn advisories(&self) -> Vec<Advisory> {
        self.notices()
    }
}

impl Sells for SubmitOrder {
    fn sale(&self) -> Option<&Sale> {
        Some(&self.sale)
    }
}
