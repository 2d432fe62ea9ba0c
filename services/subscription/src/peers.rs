//! The parties of a sale, looked up in the facts of the peers.

use csp_policy::Partner;
use csp_service::peers::{CustomerFact, Query, RegistryFacts};
use csp_service::{Fault, Result};

/// Collections of the peers' resource names.
pub(crate) const PARTNERS: &str = "partners";
pub(crate) const CUSTOMERS: &str = "customers";

/// The registry query for a customer as buyer.
pub(crate) fn query_for(customer: &CustomerFact) -> Query {
    let mut query = Query::default();
    query.of_buyer(&customer.into());
    query
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
