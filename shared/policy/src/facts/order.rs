//! Facts of orders: carts, order lines, the reseller of record, states of subscriptions.

use crate::{Buyer, Chain, Country, Instant, MpnId, Partner};
use std::fmt;

/// A cart that is about to be submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// Resource name of the cart.
    pub name: String,
    /// When the cart was created; the cart expires [`WINDOW_HOURS`](crate::WINDOW_HOURS) later.
    pub create_time: Instant,
    /// Whether the cart was already submitted as an order.
    pub submitted: bool,
}

/// The content of a cart: its parties and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartContent {
    /// The partner that may submit the cart as an order.
    pub seller: Partner,
    /// The reseller that prepares the cart for the seller; `None` when the seller itself prepares it.
    pub reseller: Option<Partner>,
    /// Whether an active partnership connects seller and reseller; irrelevant without a reseller.
    pub partnership_active: bool,
    /// Whether the seller has an active reseller relationship with the customer.
    pub seller_serves: bool,
    /// Whether the reseller has an active reseller relationship with the customer; irrelevant without a
    /// reseller.
    pub reseller_serves: bool,
    /// The customer, with its tenant.
    pub buyer: Buyer,
    /// The lines, in the order of the request.
    pub lines: Vec<OrderLine>,
}

impl CartContent {
    /// The partners between Microsoft and the customer.
    pub fn chain(&self) -> Chain<'_> {
        Chain { seller: &self.seller, reseller: self.reseller.as_ref() }
    }
}

/// One line of a cart or order, with the requirements of its offer. For a change of seats, the line is the
/// subscription after the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Resource name of the offer.
    pub offer: String,
    /// Countries in which the offer is sold.
    pub countries: Vec<Country>,
    /// Requested number of seats.
    pub quantity: u32,
    /// Minimum number of seats of one subscription of the offer.
    pub seat_min: u32,
    /// Maximum number of seats of one subscription of the offer.
    pub seat_max: u32,
    /// Maximum number of seats of this offer that one customer may hold; `None` without a limit.
    pub customer_seat_max: Option<u32>,
    /// Seats of this offer in the customer's other subscriptions; may be 0 when `customer_seat_max` is
    /// `None`.
    pub seats_held: u32,
    /// Base offers of an add-on: the customer needs a subscription of at least one of them. Empty for an
    /// offer that needs no base.
    pub prerequisites: Vec<String>,
    /// Whether the customer has an active subscription of a prerequisite, or the same order contains one.
    pub has_prerequisite: bool,
}

/// The MPN ID that an order names for its reseller of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedMpnId {
    /// The number from the request, or the number of the one location of the account in the request.
    pub id: String,
    /// The registry's record of the number; `None` when the registry has no record.
    pub known: Option<MpnId>,
}

/// The account that a request names for the reseller of record, in place of an MPN ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedAccount {
    /// Resource name of the account.
    pub name: String,
    /// Number of location MPN IDs that are associated with the account.
    pub locations: usize,
}

/// The role that a partner attests for a purchase: with or without a reseller (rule SUB-09).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capacity {
    /// The partner sells through a reseller.
    Indirect,
    /// The partner sells without a reseller.
    Direct,
}

/// State of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubscriptionState {
    /// Ordered, not provisioned yet.
    Pending,
    /// In use.
    Active,
    /// Switched off temporarily.
    Suspended,
    /// Its term ended without renewal.
    Expired,
    /// Switched off some time after the subscription expired.
    Disabled,
    /// Deleted, together with its data.
    Deleted,
    /// Cancelled within its cancellation window.
    Cancelled,
}

impl fmt::Display for Capacity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Capacity::Indirect => "indirect",
            Capacity::Direct => "direct",
        })
    }
}

impl fmt::Display for SubscriptionState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            SubscriptionState::Pending => "pending",
            SubscriptionState::Active => "active",
            SubscriptionState::Suspended => "suspended",
            SubscriptionState::Expired => "expired",
            SubscriptionState::Disabled => "disabled",
            SubscriptionState::Deleted => "deleted",
            SubscriptionState::Cancelled => "cancelled",
        })
    }
}
