//! Facts about the acceptance of the customer agreement.

use crate::Partner;

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
