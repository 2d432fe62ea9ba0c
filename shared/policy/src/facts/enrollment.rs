//! Facts of enrolment: the applicant's declarations, and the registry's records about the applicant.

use crate::{Country, Enrollment, Instant, MpnId, Partner};

/// The capabilities that a direct-bill applicant declares (rule ENR-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DirectBillCapabilities {
    /// Whether the applicant can integrate with Microsoft by API.
    pub api_integration: bool,
    /// Whether the applicant offers billing, support and managed services to customers on an ongoing basis.
    pub ongoing_services: bool,
}

/// The token by which a primary contact proves ownership of the e-mail address (rule ENR-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailToken {
    /// Whether the presented token is the token that was sent to the address.
    pub matches: bool,
    /// The last instant at which the token is valid.
    pub expire_time: Instant,
    /// Whether the token was used before.
    pub used: bool,
}

/// An MPN ID with its partner-network profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MpnProfile {
    /// The MPN ID.
    pub mpn: MpnId,
    /// Resource name of the organisation that owns the profile.
    pub organization: String,
    /// Whether the profile is active.
    pub active: bool,
    /// Country of the profile.
    pub country: Country,
}

impl MpnProfile {
    /// Whether the profile belongs to the company that holds the account `partner`.
    pub fn is_of_company_of(&self, partner: &Partner) -> bool {
        self.organization == partner.organization.name
    }

    /// Whether a refusal may show the people of the account `partner` facts about this profile. A refusal
    /// shows an applicant no facts: before the enrolment is authorized, nobody has checked that the applicant
    /// belongs to the company that it names.
    pub fn may_be_told_to(&self, partner: &Partner) -> bool {
        self.is_of_company_of(partner) && partner.enrollment == Enrollment::Authorized
    }
}

/// A registration id as the request gives it (rule ENR-15).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegistrationId {
    /// The id; empty when none was given.
    pub id: String,
    /// Whether the caller attests that the id is not a personal id.
    pub is_not_personal: bool,
}
