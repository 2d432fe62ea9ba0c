//! What is ordered, and what an order became: carts, lines, the reseller of record, subscriptions.

use crate::{Country, Instant, MpnId};
use std::fmt;

/// A cart that is about to be submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    /// Resource name of the cart.
    pub name: String,
    /// When it was created; it expires with the window that opened then.
    pub create_time: Instant,
    /// Whether it became an order already.
    pub submitted: bool,
}

/// One line of a cart or order with what the offer demands; for a change of seats, the subscription as it
/// would be afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Resource name of the offer.
    pub offer: String,
    /// Countries that the offer is sold in.
    pub countries: Vec<Country>,
    /// Seats asked for.
    pub quantity: u32,
    /// Fewest seats of one subscription.
    pub seat_min: u32,
    /// Most seats of one subscription.
    pub seat_max: u32,
    /// Most seats of this offer that one customer may hold; `None` without a limit.
    pub customer_seat_max: Option<u32>,
    /// Seats of this offer that the customer holds in its other subscriptions; not counted without a limit.
    pub seats_held: u32,
    /// Offers of which one must be there as the add-on's base; empty for an offer that stands alone.
    pub prerequisites: Vec<String>,
    /// Whether the customer has an active subscription of a prerequisite, or the same order brings one.
    pub has_prerequisite: bool,
}

/// The MPN ID that an order names for its reseller of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedMpnId {
    /// The number as the caller wrote it, or as the registry has it for the reseller that was named.
    pub id: String,
    /// What the registry knows about it; `None` when it knows nothing.
    pub known: Option<MpnId>,
}

/// In which capacity a partner attests to act on a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capacity {
    /// Through a reseller.
    Indirect,
    /// Without one.
    Direct,
}

/// State of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubscriptionState {
    /// Ordered, not provisioned yet.
    Pending,
    /// In use.
    Active,
    /// Switched off for the time being.
    Suspended,
    /// Its term ended without renewal.
    Expired,
    /// Expired for long enough to be switched off.
    Disabled,
    /// Gone, with its data.
    Deleted,
    /// Given back within its window.
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
