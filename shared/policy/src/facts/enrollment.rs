//! What an applicant brings along, and what the registry knows of it: facts of enrolment.

use crate::{Country, Enrollment, MpnId, Partner};

/// What a direct-bill applicant declares that it can do (rule ENR-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DirectBillCapabilities {
    /// Integrates with Microsoft by API.
    pub api_integration: bool,
    /// Offers billing, support and managed services to customers on an ongoing basis.
    pub ongoing_services: bool,
}

/// The token by which a primary contact proves that the address is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailToken {
    /// Whether it is the token that was sent to the address.
    pub matches: bool,
    /// Whether its time is over.
    pub expired: bool,
    /// Whether it was used before.
    pub used: bool,
}

/// An MPN ID with the profile that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MpnProfile {
    /// The MPN ID.
    pub mpn: MpnId,
    /// Resource name of the organisation that it belongs to.
    pub organization: String,
    /// Whether that profile is active.
    pub active: bool,
    /// Country of the profile.
    pub country: Country,
}

impl MpnProfile {
    /// Whether it belongs to the company that holds the account.
    pub fn is_of_company_of(&self, partner: &Partner) -> bool {
        self.organization == partner.organization.name
    }

    /// Whether the account's people may know it. Whether an applicant belongs to the company that it names is what
    /// the review finds out.
    pub fn may_be_told_to(&self, partner: &Partner) -> bool {
        self.is_of_company_of(partner) && partner.enrollment == Enrollment::Authorized
    }
}

/// A registration id as the request gives it (rule ENR-15).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegistrationId {
    /// The id; empty when none was given.
    pub id: String,
    /// Whether the caller attests that it is no personal id.
    pub is_not_personal: bool,
}
