//! What guards `CreateCart`.

use crate::rules::offer::{self, SUB_07, SUB_08};
use crate::{Boundary, Buyer, Day, OrderLine, Partner, Revision, Row};

/// A partner, or the reseller of a provider, prepares an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCart {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// The partner that is to submit the order.
    pub seller: Partner,
    /// The customer, with its tenant.
    pub buyer: Buyer,
    /// The lines, in the order of the request.
    pub lines: Vec<OrderLine>,
}

impl Boundary for CreateCart {
    const NAME: &'static str = "CreateCart";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &SUB_07,
            judge: |act| offer::offers_must_be_sold_in_both_countries(&act.lines, &act.seller, &act.buyer),
        },
        Row { rule: &SUB_08, judge: |act| offer::quantities_must_be_in_range(&act.lines) },
        Row { rule: &SUB_08, judge: |act| offer::customer_limits_must_hold(&act.lines, &act.buyer) },
        Row { rule: &SUB_08, judge: |act| offer::add_ons_must_have_a_base(&act.lines, &act.buyer) },
    ];

    fn day(&self) -> Day {
        self.day
    }

    fn subject(&self) -> &str {
        &self.subject
    }

    fn revisions(&self) -> &[Revision] {
        &self.revisions
    }
}
