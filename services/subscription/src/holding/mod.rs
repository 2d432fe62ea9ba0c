//! What a customer holds of an offer: counted, so that orders that are decided at the same time keep the offer's limit and
//! the bases of its add-ons (rule SUB-08).

pub(crate) mod table;

pub(crate) use self::table::{loosen, take};

/// What a sale counts up of a customer's holdings, and what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Holdings {
    /// What is counted up, each offer once.
    pub(crate) increases: Vec<Increase>,
    /// The active bases of add-ons, each offer once and none that is counted up.
    pub(crate) bases: Vec<Base>,
}

/// An increase of what a customer holds of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Increase {
    /// The offer.
    pub(crate) offer: String,
    /// Its version by which the increase was decided.
    pub(crate) offer_revision: i64,
    /// The count that was read; `None` when the offer sets the customer no limit.
    pub(crate) read: Option<i64>,
}

/// What a customer holds of an offer on which an add-on rests.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Base {
    /// The offer.
    pub(crate) offer: String,
    /// The changes of the holding that were read.
    pub(crate) changes: i64,
}
