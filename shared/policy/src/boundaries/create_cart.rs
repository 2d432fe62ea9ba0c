//! The boundary `CreateCart`: its facts and its rules.

use crate::boundary::row;
use crate::rules::offer::*;
use crate::{Act, Boundary, Buyer, OrderLine, Partner, Row};

/// A seller prepares an order in a cart, or its reseller prepares the cart for the seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCart {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// The partner that will submit the cart as an order.
    pub seller: Partner,
    /// The customer, with its tenant.
    pub buyer: Buyer,
    /// The lines, in the order of the request.
    pub lines: Vec<OrderLine>,
}

impl Boundary for CreateCart {
    const NAME: &'static str = "CreateCart";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_07, |it| offers_must_be_sold_in_both_countries(&it.lines, &it.seller, &it.buyer)),
        row(&SUB_08, |it| quantities_must_be_in_range(&it.lines)),
        row(&SUB_08, |it| customer_limits_must_hold(&it.lines, &it.buyer)),
        row(&SUB_08, |it| add_ons_must_have_a_base(&it.lines, &it.buyer)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
