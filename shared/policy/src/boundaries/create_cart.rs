//! The boundary `CreateCart`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{customer::*, offer::*, partnership::*};
use crate::{Act, Boundary, CartContent, Row};

/// A seller prepares an order in a cart, or its reseller prepares the cart for the seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCart {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// The cart.
    pub content: CartContent,
}

impl Boundary for CreateCart {
    const NAME: &'static str = "CreateCart";
    const ROWS: &'static [Row<Self>] = &[
        row(&CUS_06, |it| preparers_must_serve_the_customer(&it.content)),
        row(&PSH_01, |it| partnership_must_be_active(it.content.chain(), it.content.partnership_active)),
        row(&SUB_07, |it| {
            offers_must_be_sold_in_both_countries(&it.content.lines, &it.content.seller, &it.content.buyer)
        }),
        row(&SUB_08, |it| quantities_must_be_in_range(&it.content.lines)),
        row(&SUB_08, |it| customer_limits_must_hold(&it.content.lines, &it.content.buyer)),
        row(&SUB_08, |it| add_ons_must_have_a_base(&it.content.lines, &it.content.buyer)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
