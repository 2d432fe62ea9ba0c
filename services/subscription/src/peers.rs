//! The parties of a sale, looked up in the facts of the peers.

use csp_policy::{NamedMpnId, Partner};
use csp_service::peers::{CustomerFact, Query, RegistryFacts};
use csp_service::{Fault, Result, wire};

/// Collections of the peers' resource names.
pub(crate) const PARTNERS: &str = "partners";
pub(crate) const CUSTOMERS: &str = "customers";

/// The registry query for a customer's tenant and organisation.
pub(crate) fn query_for(customer: &CustomerFact) -> Query {
    Query {
        tenants: vec![customer.tenant.clone()],
        organizations: customer.organization.iter().cloned().collect(),
        ..Query::default()
    }
}

/// The partner `name`, which a stored row of this service names.
///
/// # Errors
/// [`Fault::Internal`] when the registry does not know the partner: the registry never deletes one.
pub(crate) fn partner<'f>(registry: &'f RegistryFacts, name: &str) -> Result<&'f Partner> {
    registry.partner(name).ok_or_else(|| {
        Fault::internal(format!("the registry does not know `{name}`, which a stored row names"))
    })
}

/// The facts about an MPN ID that is named for the reseller of record, and the partner that holds the MPN ID.
/// The partner is `None` when the MPN ID is unknown or belongs to the seller.
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
