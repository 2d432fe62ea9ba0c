//! The parties of an act, from the other services' facts.

use csp_policy::{Day, Partner};
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
