//! The parties of an act, as facts of the peers.

use csp_policy::{Boundary, Day, Decision, Partner, outsider};
use csp_service::peers::RegistryFacts;
use csp_service::{Call, Fault, Result};

/// The id in a resource name.
pub(crate) fn id_of(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, id)| id)
}

/// The partner of that name.
pub(crate) fn partner(facts: &RegistryFacts, name: &str) -> Result<Partner> {
    facts.partner(name).cloned().ok_or_else(|| Fault::not_found("partner", name))
}

/// The partner for which the caller acts; a tenant without an account is refused in the name of boundary `B`.
pub(crate) fn acting<B: Boundary>(
    call: &Call,
    facts: &RegistryFacts,
    day: Day,
    subject: &str,
) -> Result<Partner, Box<Decision>> {
    let tenant = call.tenant().unwrap_or_default();
    let partner = facts.partner_of_tenant(tenant).cloned();
    partner.ok_or_else(|| outsider(B::NAME, day, subject, tenant))
}
