//! Who sees which customer: its partners, present and past, a provider through its active reseller, itself,
//! and operators. For everybody else it does not exist.

use csp_policy::{Party, Revision};
use csp_proto::relationship::v1::RelationshipState;
use csp_service::peers::CustomerAccess;
use csp_service::{Call, Fault, Result};

use super::{Customer, KIND, table};
use crate::CustomerService;
use csp_service::wire::id_of;

/// A customer and how the caller, who may see it, stands to it.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) customer: Customer,
    pub(crate) role: CallerRole,
}

/// How a caller stands to a customer that it may see.
#[derive(Debug)]
pub(crate) enum CallerRole {
    /// Whoever runs the suite, or one of its services.
    Operator,
    /// The customer itself.
    Customer,
    /// One of its partners, present or past, or the provider of one.
    Partner(CustomerAccess),
}

impl CallerRole {
    /// Whether a relationship of the caller's own with the customer is in force.
    pub(crate) fn serves(&self) -> bool {
        !self.revisions().is_empty()
    }

    /// The relationships of the caller's own that are in force, each at its revision.
    pub(crate) fn revisions(&self) -> Vec<Revision> {
        let CallerRole::Partner(access) = self else { return Vec::new() };
        let active = access.relationships.iter().filter(|own| own.state() == RelationshipState::Active);
        active.map(|own| Revision { resource: own.name.clone(), revision: own.revision }).collect()
    }
}

/// The customer of this name, if it exists for the caller.
pub(crate) async fn visible(service: &CustomerService, call: &Call, name: &str) -> Result<Seen> {
    let mut reader = service.book.store.read_once().await?;
    let row = table::active_by_id(&mut reader, id_of(name)).await?;
    drop(reader);
    let unseen = || Fault::not_found(KIND, name);
    let customer = row.map(Customer::from).ok_or_else(unseen)?;
    let role = caller_role(service, call, &customer).await?.ok_or_else(unseen)?;
    Ok(Seen { customer, role })
}

/// The customer of this name, if the caller created it and still serves it (rule CUS-08: with its relationship
/// a creator's administration ends).
pub(crate) async fn created(service: &CustomerService, call: &Call, name: &str) -> Result<Seen> {
    let seen = visible(service, call, name).await?;
    let is_creator = call.tenant().is_some_and(|tenant| seen.customer.was_created_by(tenant));
    if is_creator && seen.role.serves() { Ok(seen) } else { Err(Fault::not_found(KIND, name)) }
}

/// How the caller stands to the customer; `None` when the customer does not exist for it.
pub(crate) async fn caller_role(
    service: &CustomerService,
    call: &Call,
    customer: &Customer,
) -> Result<Option<CallerRole>> {
    match &call.caller.party {
        Party::Operator | Party::Service => Ok(Some(CallerRole::Operator)),
        Party::Customer { tenant } => Ok((*tenant == customer.row().tenant).then_some(CallerRole::Customer)),
        Party::Partner { tenant } => {
            let access = service.relationships.customer_access(call, &customer.name(), tenant).await?;
            Ok(access.visible.then_some(CallerRole::Partner(access)))
        }
    }
}
