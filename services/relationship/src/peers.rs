//! Partners and customers as the other services of the suite (peers) report them.

use csp_policy::{Day, Partner};
use csp_service::peers::{Query, RegistryFacts};
use csp_service::{Call, Fault, Result};

use crate::RelationshipService;

/// A customer by resource name and tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownCustomer {
    pub(crate) name: String,
    pub(crate) tenant: String,
}

/// The registry's facts about the named partners, as of `day`.
pub(crate) async fn partners<'n>(
    service: &RelationshipService,
    call: &Call,
    day: Day,
    names: impl IntoIterator<Item = &'n String>,
) -> Result<RegistryFacts> {
    let query = Query { partners: names.into_iter().cloned().collect(), ..Query::default() };
    service.registry.facts(call, day, query).await
}

/// The partner with this name; [`Fault::NotFound`] when the registry's facts do not hold the partner.
pub(crate) fn partner(facts: &RegistryFacts, name: &str) -> Result<Partner> {
    facts.partner(name).cloned().ok_or_else(|| Fault::not_found("partner", name))
}
