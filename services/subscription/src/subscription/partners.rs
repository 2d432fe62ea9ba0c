//! The partners of a customer's subscriptions, for the relationship service: `ListSubscriptionPartners`.

use csp_proto::internal::subscription::v1 as pb;
use csp_service::{Fields, Result};

use super::table;
use crate::{SubscriptionService, peers};

pub(crate) async fn list_partners(
    service: &SubscriptionService,
    request: pb::ListSubscriptionPartnersRequest,
) -> Result<pb::ListSubscriptionPartnersResponse> {
    let customer =
        Fields::only(|fields| fields.resource_name("customer", &request.customer, peers::CUSTOMERS))?;
    let mut reader = service.book.store.read_once().await?;
    let rows = table::partners(&mut reader, &customer, service.book.micros()).await?;
    let told = |row: table::PartnerRow| pb::SubscriptionPartner {
        partner: row.partner,
        tenant_id: row.tenant,
        role: pb::SubscriptionRole::from(row.role).into(),
        since_micros: row.since.as_microsecond(),
        until_micros: if row.renews { 0 } else { row.term_end.as_microsecond() },
    };
    Ok(pb::ListSubscriptionPartnersResponse { partners: rows.into_iter().map(told).collect() })
}
