//! An upgrade of a subscription: to another offer, or to a longer term.

use crate::OrderLine;

/// An upgrade: the subscription before it, and its target (rule SUB-12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    /// Resource name of the present offer.
    pub offer: String,
    /// Resource name of the offer after the upgrade.
    pub target: String,
    /// Whether the present offer lists the target among its upgrade targets.
    pub is_listed: bool,
    /// The terms before and after, in months.
    pub term_months: (u32, u32),
    /// Months between two invoices after the upgrade.
    pub cycle_months: u32,
    /// The currencies before and after.
    pub currencies: (String, String),
    /// Seats of the subscription before the upgrade.
    pub seats: u32,
    /// The subscription without the upgraded seats; `None` when all seats are upgraded.
    pub source: Option<OrderLine>,
}
