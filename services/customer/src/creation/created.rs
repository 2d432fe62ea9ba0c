//! The result of the saga, and the responses that are made of it.

use csp_proto::customer::v1 as pb;
use csp_proto::google::longrunning::Operation;

/// A created customer with its edges and decisions. Each RPC's response contains a part of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Created {
    pub(crate) operation: Option<Operation>,
    /// The customer with the caller's own key, which the operation's result leaves out.
    pub(crate) customer: Option<pb::Customer>,
    pub(crate) made: Box<pb::CustomerCreationResult>,
}

impl From<Created> for pb::CreateCustomerResponse {
    fn from(Created { customer, made, .. }: Created) -> Self {
        let pb::CustomerCreationResult { relationships, admin_grant, decisions, .. } = *made;
        let decision = decisions.and_then(|decisions| decisions.creation);
        pb::CreateCustomerResponse { customer, relationships, admin_grant, decision }
    }
}

impl From<Created> for pb::RecordCustomerResponse {
    fn from(created: Created) -> Self {
        let pb::CreateCustomerResponse { customer, relationships, admin_grant, decision } = created.into();
        pb::RecordCustomerResponse { customer, relationships, admin_grant, decision }
    }
}

impl From<Created> for pb::AddCustomerWithOrderResponse {
    fn from(Created { operation, made, .. }: Created) -> Self {
        let pb::CustomerCreationResult { decisions, quote, .. } = *made;
        pb::AddCustomerWithOrderResponse { operation, decisions, quote }
    }
}
