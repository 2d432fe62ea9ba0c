//! The result of the saga, and the responses that are made of it.

use csp_proto::customer::v1 as pb;
use csp_proto::policy::v1::Decision;
use csp_proto::relationship::v1::{AdminGrant, ResellerRelationship};

/// A created customer with its edges and decisions. Each RPC's response contains a part of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Created {
    pub(crate) operation: Option<pb::Operation>,
    pub(crate) customer: Option<pb::Customer>,
    pub(crate) relationships: Vec<ResellerRelationship>,
    pub(crate) admin_grant: Option<AdminGrant>,
    /// Of the creation, the agreement and the order, in this order.
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
