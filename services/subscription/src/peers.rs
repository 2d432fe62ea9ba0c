//! The parties of a sale, from what the peers know of them.

use csp_policy::{NamedMpnId, Partner};
use csp_service::peers::{CustomerFact, Query, RegistryFacts};
use csp_service::{Fault, Result, wire};

/// Collections of the peers' resource names.
pub(crate) const PARTNERS: &str = "partners";
/// See [`PARTNERS`].
pub(crate) const CUSTOMERS: &str = "customers";

/// What to ask the registry about a customer.
pub(crate) fn query_for(customer: &CustomerFact) -> Query {
    Query {
        tenants: vec![customer.tenant.clone()],
        organizations: customer.organization.iter().cloned().collect(),
        ..Query::default()
    }
}

/// A partner that our own rows name: the registry never forgets one.
pub(crate) fn partner<'f>(registry: &'f RegistryFacts, name: &str) -> Result<&'f Partner> {
    registry.partner(name).ok_or_else(|| Fault::internal(format!("the registry does not know `{name}`")))
}

/// What stands behind an MPN ID that is named for the reseller of record, and its partner unless that is the
/// seller itself.
pub(crate) fn named_reseller(
    registry: &RegistryFacts,
    mpn_id: &str,
    seller: &Partner,
) -> (NamedMpnId, Option<Partner>) {
    let number = wire::id_of(mpn_id);
    let known = registry.mpn_id(number).cloned();
    let holder = known.as_ref().and_then(|mpn_id| mpn_id.partner.as_deref());
    let partner = holder.filter(|name| *name != seller.name).and_then(|name| registry.partner(name));
    (NamedMpnId { id: number.to_owned(), known: known.clone() }, partner.cloned())
}
