//! Which partners a customer sees: `CheckCustomerPartners`, for the registry.

use std::collections::BTreeSet;

use csp_proto::internal::relationship::v1 as pb;
use csp_service::{Call, Fields, Result};

use crate::RelationshipService;
use crate::reseller_relationship::table::active_of_customer;

/// Maximum number of partners in a request.
const NAMED_MAX: usize = 100;

/// Asks the subscription service only when a partner has no active relationship.
pub(crate) async fn check_customer_partners(
    service: &RelationshipService,
    call: &Call,
    request: pb::CheckCustomerPartnersRequest,
) -> Result<pb::CheckCustomerPartnersResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("customer", &request.customer, "customers");
    fields.number("partners", request.partners.len(), 0..=NAMED_MAX);
    let customer = fields.finish(|| customer)?;

    let mut reader = service.book.store.read_once().await?;
    let rows = active_of_customer(&mut reader, &customer).await?;
    // Returns the database connection before the call to the peer.
    drop(reader);
    let mut connected: BTreeSet<String> =
        rows.into_iter().flat_map(|row| [row.partner, row.provider]).collect();
    if !request.partners.iter().all(|partner| connected.contains(partner)) {
        let named = service.subscriptions.partners_of(call, &customer).await?;
        connected.extend(named.into_iter().map(|it| it.partner));
    }
    let connected_partners = request.partners.into_iter().filter(|it| connected.contains(it)).collect();
    Ok(pb::CheckCustomerPartnersResponse { connected_partners })
}
