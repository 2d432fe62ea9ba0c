//! What the saga answers with once the customer is created.

use csp_proto::customer::v1 as pb;
use csp_proto::policy::v1::Decision;
use csp_proto::relationship::v1::{AdminGrant, ResellerRelationship};

/// A created customer with what came along; each RPC answers with its part of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Created {
    pub(crate) operation: Option<pb::Operation>,
    pub(crate) customer: Option<pb::Customer>,
    pub(crate) relationships: Vec<ResellerRelationship>,
    pub(crate) admin_grant: Option<AdminGrant>,
    /// The creation, the agreement, the order.
    pub(crate) decisions: Vec<Decision>,
}

impl From<Created> for pb::CreateCustomerResponse {
    fn from(created: Created) -> Self {
        pb::CreateCustomerResponse {
            customer: created.customer,
            relationships: created.relationships,
            admin_grant: created.admin_grant,
            decision: created.decisions.into_iter().next(),
        }
    }
}

impl From<Created> for pb::RecordCustomerResponse {
    fn from(created: Created) -> Self {
        pb::RecordCustomerResponse {
            customer: created.customer,
            relationships: created.relationships,
            admin_grant: created.admin_grant,
            decision: created.decisions.into_iter().next(),
        }
    }
}

impl From<Created> for pb::AddCustomerWithOrderResponse {
    fn from(created: Created) -> Self {
        pb::AddCustomerWithOrderResponse { operation: created.operation, decisions: created.decisions }
    }
}
