//! The parties of an act, from the other services' facts.

use csp_policy::{Boundary, Day, Decision, Partner, outsider};
use csp_service::peers::{Query, RegistryFacts};
use csp_service::{Call, Fault, Result};

use crate::RelationshipService;

/// A customer that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownCustomer {
    pub(crate) name: String,
    pub(crate) tenant: String,
}

/// What the registry says of partners.
pub(crate) async fn partners<'n>(
    service: &RelationshipService,
    call: &Call,
    day: Day,
    names: impl IntoIterator<Item = &'n String>,
) -> Result<RegistryFacts> {
    let query = Query { partners: names.into_iter().cloned().collect(), ..Query::default() };
    service.registry.facts(call, day, query).await
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
