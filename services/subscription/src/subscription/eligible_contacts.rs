//! `ListEligibleSupportContacts`: the partners that may be the support contact of a subscription (rule
//! SUB-06).

use csp_policy::Caller;
use csp_proto::subscription::v1 as pb;
use csp_service::peers::{CustomerRights, Query, RegistryFacts};
use csp_service::{Call, Fields, Result};

use super::table::SubscriptionRow;
use super::{COLLECTION, read};
use crate::SubscriptionService;

pub(crate) async fn list_eligible_contacts(
    service: &SubscriptionService,
    call: &Call,
    request: pb::ListEligibleSupportContactsRequest,
) -> Result<pb::ListEligibleSupportContactsResponse> {
    let name = Fields::only(|fields| fields.customers_resource("parent", &request.parent, COLLECTION))?;
    let (subscription, _) = read::visible(service, call, &name).await?;
    let row = subscription.row();
    let named = [&row.reseller, &row.support_contact].into_iter().filter(|name| !name.is_empty());
    let named = named.cloned().collect();
    let relationships = &service.relationships;
    let partners = relationships.customer_partners(call, &row.customer, &row.seller, named).await?;
    let query =
        Query { partners: partners.iter().map(|(name, _)| name.clone()).collect(), ..Query::default() };
    let registry = service.registry.facts(call, service.book.clock.today(), query).await?;
    let seller = (row.seller.clone(), true);
    let others = partners.iter().filter(|(name, _)| *name != row.seller);
    let judged = others.map(|(name, rights)| (name.clone(), is_eligible(row, name, rights, &registry)));
    let listed = std::iter::once(seller).chain(judged).filter(|(name, eligible)| {
        row.support_contact == *name || (*eligible && is_told(&call.caller, row, name, &partners, &registry))
    });
    let support_contacts = listed.map(|(partner, eligible)| {
        let named = row.support_contact == partner;
        pb::SupportContact { partner, named, lapsed: named && !eligible }
    });
    Ok(pb::ListEligibleSupportContactsResponse { support_contacts: support_contacts.collect() })
}

fn is_eligible(row: &SubscriptionRow, name: &str, rights: &CustomerRights, registry: &RegistryFacts) -> bool {
    let standing = registry.partner(name).map(|partner| partner.standing);
    rights.ties(standing).footing(&row.seller, row.reseller == name).may_be_contact()
}

/// Whether the caller may learn of an eligible partner: the customer and operators of all, the seller of its
/// resellers, every other partner of itself and of the partners that the subscription names.
fn is_told(
    caller: &Caller,
    row: &SubscriptionRow,
    name: &str,
    partners: &[(String, CustomerRights)],
    registry: &RegistryFacts,
) -> bool {
    let sees_all = caller.is_operator() || caller.is_customer(&row.customer_tenant);
    let is_named = [&row.seller, &row.reseller].into_iter().any(|named| named == name);
    let is_itself = registry.partner(name).is_some_and(|partner| caller.is_partner(&partner.tenant));
    let is_own_reseller = || {
        let rights = partners.iter().find(|(partner, _)| partner == name).map(|(_, rights)| rights);
        caller.is_partner(&row.seller_tenant) && rights.is_some_and(|it| !it.partnerships.is_empty())
    };
    sees_all || is_named || is_itself || is_own_reseller()
}
