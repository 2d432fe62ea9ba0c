//! Who sees a customer: its partners, a provider through its active reseller, the reseller of record of an
//! active or suspended subscription, the customer itself and operators. A past partner, and a partner whose
//! pending invitation names the customer, see name and tenant. Everybody else gets NOT_FOUND.

use csp_policy::{Day, Party, Revision};
use csp_proto::customer::v1 as pb;
use csp_proto::internal::subscription::v1::SubscriptionRole;
use csp_proto::relationship::v1::RelationshipState;
use csp_service::peers::CustomerAccess;
use csp_service::{Call, Fault, Result};

use super::{Customer, KIND, table};
use crate::CustomerService;
use csp_service::wire::id_of;

/// A customer that the caller may see, with the caller's role.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) customer: Customer,
    pub(crate) role: CallerRole,
}

/// The role in which a caller sees a customer.
#[derive(Debug)]
pub(crate) enum CallerRole {
    /// An operator of the suite, or one of the suite's services.
    Operator,
    /// The customer itself.
    Customer,
    /// A partner that serves the customer, the provider of an active reseller, or the reseller of record.
    Partner(CustomerAccess),
    /// A partner that served the customer, or that a pending invitation of the customer names: it sees name
    /// and tenant.
    Acquaintance,
}

impl CallerRole {
    /// Whether the caller is a partner, present or past.
    pub(crate) fn is_partner(&self) -> bool {
        matches!(self, CallerRole::Partner(_) | CallerRole::Acquaintance)
    }

    /// The customer as the caller sees it.
    pub(crate) fn show(&self, customer: &Customer, today: Day) -> pb::Customer {
        match self {
            CallerRole::Acquaintance => customer.outline(),
            CallerRole::Operator | CallerRole::Customer | CallerRole::Partner(_) => customer.render(today),
        }
    }

    /// Whether the caller has an active relationship of its own with the customer.
    pub(crate) fn serves(&self) -> bool {
        !self.revisions().is_empty()
    }

    /// The caller's own active relationships with the customer, each at the revision that was read.
    pub(crate) fn revisions(&self) -> Vec<Revision> {
        let CallerRole::Partner(access) = self else { return Vec::new() };
        let active = access.relationships.iter().filter(|own| own.state() == RelationshipState::Active);
        active.map(|own| Revision::undated(&own.name, own.revision)).collect()
    }
}

/// The active customer with this name, if the caller may see it; otherwise NOT_FOUND.
pub(crate) async fn visible(service: &CustomerService, call: &Call, name: &str) -> Result<Seen> {
    let mut reader = service.book.store.read_once().await?;
    let row = table::active_by_id(&mut reader, &call.party_key(), id_of(name)).await?;
    drop(reader);
    let unseen = || Fault::not_found(KIND, name);
    let customer = row.map(Customer::from).ok_or_else(unseen)?;
    let role = caller_role(service, call, &customer).await?.ok_or_else(unseen)?;
    Ok(Seen { customer, role })
}

/// The active customer with this name, if the caller created it and still serves it; PERMISSION_DENIED for
/// others who see it. Rule CUS-08: a creator's administration ends with its relationship.
pub(crate) async fn created(service: &CustomerService, call: &Call, name: &str) -> Result<Seen> {
    let seen = visible(service, call, name).await?;
    let is_creator = call.tenant().is_some_and(|tenant| seen.customer.was_created_by(tenant));
    if is_creator && seen.role.serves() {
        Ok(seen)
    } else {
        Err(Fault::role_missing(call.method, "SERVING_CREATOR"))
    }
}

/// The role in which the caller sees the customer; `None` when the caller may not see the customer.
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
            if access.present || is_of_record(service, call, customer, tenant).await? {
                return Ok(Some(CallerRole::Partner(access)));
            }
            Ok(access.visible.then_some(CallerRole::Acquaintance))
        }
    }
}

/// Whether the partner with that tenant is reseller of record on an active or suspended subscription.
async fn is_of_record(
    service: &CustomerService,
    call: &Call,
    customer: &Customer,
    tenant: &str,
) -> Result<bool> {
    let partners = service.subscriptions.partners_of(call, &customer.name()).await?;
    Ok(partners.iter().any(|it| it.role == SubscriptionRole::ResellerOfRecord && it.tenant == tenant))
}
