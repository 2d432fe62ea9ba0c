//! Facts about the acceptance of the customer agreement, and about what rests on a relationship.

use crate::{Partner, Revision};

/// A partner that attests that a customer accepted the customer agreement (rule CUS-10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attester {
    /// The partner.
    pub partner: Partner,
    /// Whether the partner has an active reseller relationship with the customer.
    pub transacts: bool,
    /// Name of the person who accepted for the customer.
    pub signer_name: String,
    /// E-mail address of the person who accepted.
    pub signer_email: String,
}

/// The active subscriptions of a customer that depend on one reseller relationship (rule CUS-09).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remaining {
    /// How many there are.
    pub count: u64,
    /// The first of them, at the revisions that were read; a bounded list, empty only when there is none.
    pub first: Vec<Revision>,
}
