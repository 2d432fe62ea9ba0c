//! What a customer holds of an offer: counted, so that orders that are decided at once keep its limits and the bases of
//! its add-ons (rule SUB-08).

pub(crate) mod table;

pub(crate) use self::table::{loosen, take};

/// What a customer holds of one offer in subscriptions that are in use.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct SeatsHeld {
    pub(crate) offer: String,
    pub(crate) seats: i64,
    pub(crate) active: i64,
    /// How often it was increased, or ceased to be active in part.
    pub(crate) changes: i64,
}

/// What a sale counts up of a customer's holdings, and what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Holdings {
    /// What is counted up, each offer once.
    pub(crate) increases: Vec<Holding>,
    /// The active bases of add-ons, each offer once and none that is counted up, with the changes that were read (rule
    /// SUB-08).
    pub(crate) bases: Vec<(String, i64)>,
}

/// An increase of what a customer holds of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holding {
    /// The offer.
    pub(crate) offer: String,
    /// Its version by which the increase was decided.
    pub(crate) offer_revision: i64,
    /// The count that was read; `None` when the offer sets the customer no limit.
    pub(crate) read: Option<i64>,
}
