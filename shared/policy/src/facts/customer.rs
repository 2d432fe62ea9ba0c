//! Facts about a customer's agreement.

use crate::Partner;

/// A partner that attests the acceptance of a customer's agreement (rule CUS-10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attester {
    /// The partner.
    pub partner: Partner,
    /// Whether it has an active reseller relationship with the customer.
    pub transacts: bool,
    /// Name of the person who accepted for the customer.
    pub signer_name: String,
    /// E-mail address of that person.
    pub signer_email: String,
}
