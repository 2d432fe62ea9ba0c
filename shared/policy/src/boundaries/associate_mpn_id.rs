//! What guards `AssociateMpnId`.

use crate::rules::enrollment::{self, ENR_09, ENR_10};
use crate::{Boundary, Country, Day, MpnProfile, Partner, Revision, Row};

/// A partner associates an MPN ID with its CSP tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociateMpnId {
    /// The day that the act is judged for, UTC.
    pub day: Day,
    /// Resource name of what the act would create or change.
    pub subject: String,
    /// The resources that were read, each at its revision.
    pub revisions: Vec<Revision>,
    /// The partner.
    pub partner: Partner,
    /// Country set in its CSP tenant.
    pub tenant_country: Country,
    /// The MPN ID, with the profile that it belongs to.
    pub profile: MpnProfile,
}

impl Boundary for AssociateMpnId {
    const NAME: &'static str = "AssociateMpnId";
    const ROWS: &'static [Row<Self>] = &[
        Row {
            rule: &ENR_09,
            judge: |act| {
                enrollment::mpn_id_must_be_of_the_active_profile(
                    &act.profile,
                    act.tenant_country,
                    &act.partner,
                )
            },
        },
        Row {
            rule: &ENR_09,
            judge: |act| {
                enrollment::mpn_id_must_be_of_the_tenants_country(
                    &act.profile,
                    act.tenant_country,
                    &act.partner,
                )
            },
        },
        Row { rule: &ENR_10, judge: |act| enrollment::mpn_id_must_be_free(&act.profile, &act.partner) },
    ];

    fn day(&self) -> Day {
        self.day
    }

    fn subject(&self) -> &str {
        &self.subject
    }

    fn revisions(&self) -> &[Revision] {
        &self.revisions
    }
}
