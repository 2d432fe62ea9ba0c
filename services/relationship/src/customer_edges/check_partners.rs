//! Whether a customer sees a partner: `CheckCustomerPartner`, for the registry.

use csp_proto::internal::relationship::v1 as pb;
use csp_proto::relationship::v1::RelationshipState;
use csp_service::{Call, Fields, Result};

use super::table::{self, Whose};
use crate::RelationshipService;

/// Asks the subscription service only about a partner without an active relationship.
pub(crate) async fn check_customer_partner(
    service: &RelationshipService,
    call: &Call,
    request: pb::CheckCustomerPartnerRequest,
) -> Result<pb::CheckCustomerPartnerResponse> {
    let mut fields = Fields::new();
    let customer = fields.resource_name("customer", &request.customer, "customers");
    let partner = fields.resource_name("partner", &request.partner, "partners");
    let (customer, partner) = fields.finish(|| Some((customer?, partner?)))?;

    let whose = Whose { tenant: "", partner: &partner };
    let mut reader = service.book.store.read_once().await?;
    let rows = table::of_partner(&mut reader, &customer, whose).await?;
    // Returns the database connection before the call to the peer.
    drop(reader);
    let serves = rows.iter().any(|row| row.state.0 == RelationshipState::Active);
    let connected = serves || {
        let named = service.subscriptions.partners_of(call, &customer).await?;
        named.iter().any(|it| it.partner == partner)
    };
    Ok(pb::CheckCustomerPartnerResponse { connected })
}
