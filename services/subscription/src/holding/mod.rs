//! The seats that a customer holds of an offer. A counter row guards them, so that concurrent sales respect
//! the offer's limit and the bases of add-ons (rule SUB-08).

pub(crate) mod table;

pub(crate) use self::table::{loosen, release, take};

/// Collection of the subscriptions, which are what a holding counts.
pub(crate) const SUBSCRIPTIONS: &str = "subscriptions";
/// In the decisions, `customers/{customer}/holdings/{offer}` names a holding. Clients read its subscriptions.
const COLLECTION: &str = "holdings";

/// The effect of a sale on a customer's holdings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Holdings {
    /// The holdings that the sale increases, each offer once.
    pub(crate) increases: Vec<Increase>,
    /// The active base offers that the sale's add-ons depend on, each once, without those that the sale
    /// increases.
    pub(crate) bases: Vec<Base>,
}

/// An increase of a customer's holding of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Increase {
    /// Resource name of the offer.
    pub(crate) offer: String,
    /// The version of the offer that the decision used.
    pub(crate) offer_revision: i64,
    /// The revision of the holding that was read; `None` when the offer has no limit for a customer.
    pub(crate) read: Option<i64>,
}

/// The holding of a base offer that an add-on depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Base {
    /// Resource name of the base offer.
    pub(crate) offer: String,
    /// The revision of the holding that was read.
    pub(crate) changes: i64,
}

/// A base that an act takes away, as its holding was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    /// Resource name of the base offer.
    pub(crate) offer: String,
    /// The revision of the holding.
    pub(crate) changes: i64,
    /// The number of sales of add-ons that rested on it.
    pub(crate) holds: i64,
    /// The other active bases that its add-ons keep.
    pub(crate) bases: Vec<Base>,
}
