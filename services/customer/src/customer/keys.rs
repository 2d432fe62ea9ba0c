//! The id and the external id that a caller chooses for a customer.

use csp_service::{Fault, Result};

use super::{Customer, KIND, name, table};
use crate::CustomerService;

/// Refuses an id that an active or reserved customer has, and an external id that `owner` gave to one. Those
/// of abandoned customers are free.
pub(crate) async fn chosen_keys_must_be_free(
    service: &CustomerService,
    id: Option<&str>,
    owner: &str,
    external_id: Option<&str>,
) -> Result<()> {
    let taken = |name: String| Fault::AlreadyExists { resource_type: KIND, name };
    let mut reader = service.book.store.read().await?;
    if let Some(id) = id {
        let holder = table::by_id(&mut reader, owner, id).await?.map(Customer::from);
        if holder.is_some_and(|holder| !holder.is_abandoned()) {
            return Err(taken(name(id)));
        }
    }
    if let Some(external_id) = external_id
        && table::of_external_id(&mut reader, owner, external_id).await?.is_some()
    {
        return Err(taken(external_id.to_owned()));
    }
    Ok(())
}
