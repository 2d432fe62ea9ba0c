//! The boundary `UpdateCart`: its facts and its rules.

use crate::boundary::row;
use crate::rules::{customer::*, offer::*, order::*, partnership::*};
use crate::{Act, Boundary, Cart, CartContent, Row};

/// The creator or the seller of a cart changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateCart {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// The cart before the change. A change does not prolong its 7 days.
    pub cart: Cart,
    /// The cart after the change.
    pub content: CartContent,
}

impl Boundary for UpdateCart {
    const NAME: &'static str = "UpdateCart";
    const ROWS: &'static [Row<Self>] = &[
        row(&SUB_02, |it| cart_must_be_unexpired(Some(&it.cart), it.act.at)),
        row(&SUB_02, |it| cart_must_be_unsubmitted(Some(&it.cart))),
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
