//! The boundary `AssociateMpnId`: its facts and its rules.

use crate::boundary::row;
use crate::rules::enrollment::*;
use crate::{Act, Boundary, Country, MpnProfile, Partner, Row};

/// A partner associates an MPN ID with its CSP tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociateMpnId {
    /// Instant, day, subject and revisions of the act.
    pub act: Act,
    /// The partner.
    pub partner: Partner,
    /// The country that is set in the partner's CSP tenant.
    pub tenant_country: Country,
    /// The MPN ID and its partner-network profile.
    pub profile: MpnProfile,
}

impl Boundary for AssociateMpnId {
    const NAME: &'static str = "AssociateMpnId";
    const ROWS: &'static [Row<Self>] = &[
        row(&ENR_09, |it| mpn_id_must_be_of_the_active_profile(&it.profile, it.tenant_country, &it.partner)),
        row(&ENR_09, |it| mpn_id_must_be_of_the_tenants_country(&it.profile, it.tenant_country, &it.partner)),
        row(&ENR_10, |it| mpn_id_must_be_free(&it.profile, &it.partner)),
    ];

    fn act(&self) -> &Act {
        &self.act
    }
}
