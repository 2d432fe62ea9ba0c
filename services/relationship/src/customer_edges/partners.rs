//! The partners of one customer, for the other services: `ListCustomerPartners`.

use std::collections::BTreeMap;

use csp_proto::internal::relationship::v1 as pb;
use csp_proto::relationship::v1::AdminGrantKind;
use csp_service::{Fields, Result};
use csp_store::Connection;
use jiff::Timestamp;

use crate::admin_grant::AdminGrant;
use crate::partnership::Partnership;
use crate::reseller_relationship::ResellerRelationship;
use crate::{RelationshipService, admin_grant, partnership, reseller_relationship};

/// Maximum number of partners in a request.
const NAMED_MAX: usize = 10;
/// Maximum number of partners in a response: one question to the registry, with the seller, asks about them
/// all.
const PARTNERS_MAX: usize = 49;

/// What connects each partner with a customer, by the partner's name.
pub(crate) type Partners = BTreeMap<String, pb::GetCustomerAccessResponse>;

pub(crate) async fn list_customer_partners(
    service: &RelationshipService,
    request: pb::ListCustomerPartnersRequest,
) -> Result<pb::ListCustomerPartnersResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("customer", &request.customer, "customers");
    let provider = fields.resource_name("provider", &request.provider, "partners");
    fields.number("partners", request.partners.len(), 0..=NAMED_MAX);
    let (customer, provider) = fields.finish(|| Some((customer?, provider?)))?;

    let reader = &mut *service.book.store.read().await?;
    let mut partners = of_customer(reader, &customer, service.book.now()).await?;
    // The named partners are told in any case, so only others are cut.
    let (mut others, left) = (0, PARTNERS_MAX.saturating_sub(request.partners.len()));
    partners.retain(|name, _| {
        let kept = request.partners.contains(name) || others < left;
        others += usize::from(!request.partners.contains(name));
        kept
    });
    for named in request.partners {
        partners.entry(named).or_default();
    }
    let names: Vec<String> = partners.keys().cloned().collect();
    for row in partnership::table::of_provider(reader, &provider, &names).await? {
        let reseller = row.reseller.clone();
        partners.entry(reseller).or_default().partnerships.push(Partnership::from(row).of_provider());
    }
    let told = |(partner, access)| pb::CustomerPartner { partner, access: Some(access) };
    Ok(pb::ListCustomerPartnersResponse { partners: partners.into_iter().map(told).collect() })
}

/// The partners with an active relationship with the customer, each with its active relationships and its
/// live delegated grants.
async fn of_customer(conn: &mut Connection, customer: &str, now: Timestamp) -> Result<Partners> {
    let mut partners = Partners::default();
    for row in reseller_relationship::table::active_of_customer(conn, customer).await? {
        let access = partners.entry(row.partner.clone()).or_default();
        (access.visible, access.present) = (true, true);
        access.providers.extend(Some(row.provider.clone()).filter(|provider| !provider.is_empty()));
        access.relationships.push(ResellerRelationship::from(row).render());
    }
    for row in admin_grant::table::live_of_customer(conn, customer, now.as_microsecond()).await? {
        if row.kind.0 == AdminGrantKind::Delegated
            && let Some(access) = partners.get_mut(&row.partner)
        {
            access.admin_grants.push(AdminGrant::from(row).render(now));
        }
    }
    Ok(partners)
}
