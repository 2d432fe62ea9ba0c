//! The four requests that create a customer. Each is stored with its operation, and read again when the
//! operation is resumed.

use csp_policy::Day;
use csp_proto::customer::v1 as pb;
use csp_proto::internal::customer::v1 as internal;
use csp_service::{Attempt, Call, Result};
use csp_store::broken;
use prost::Message;

use super::plan::Plan;
use super::table::{OperationRow, Rpc};

/// A request to create a customer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Request {
    /// A partner creates a customer.
    Create(pb::CreateCustomerRequest),
    /// An operator records a customer.
    Record(pb::RecordCustomerRequest),
    /// A partner creates a customer together with its first subscriptions.
    AddWithOrder(pb::AddCustomerWithOrderRequest),
    /// A tenant accepts an invitation.
    Register(internal::RegisterInvitedRequest),
}

impl Request {
    /// Decodes the request that is stored with an operation.
    pub(crate) fn of(row: &OperationRow) -> Result<Request> {
        let bytes = row.request.as_slice();
        let decoded = match row.rpc {
            Rpc::CreateCustomer => Message::decode(bytes).map(Request::Create),
            Rpc::RecordCustomer => Message::decode(bytes).map(Request::Record),
            Rpc::AddCustomerWithOrder => Message::decode(bytes).map(Request::AddWithOrder),
            Rpc::RegisterInvited => Message::decode(bytes).map(Request::Register),
        };
        decoded.map_err(|_| broken(row, "request").into())
    }

    /// Encodes the request, to be stored with its operation.
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Request::Create(request) => request.encode_to_vec(),
            Request::Record(request) => request.encode_to_vec(),
            Request::AddWithOrder(request) => request.encode_to_vec(),
            Request::Register(request) => request.encode_to_vec(),
        }
    }

    /// The RPC of the request.
    pub(crate) fn rpc(&self) -> Rpc {
        match self {
            Request::Create(_) => Rpc::CreateCustomer,
            Request::Record(_) => Rpc::RecordCustomer,
            Request::AddWithOrder(_) => Rpc::AddCustomerWithOrder,
            Request::Register(_) => Rpc::RegisterInvited,
        }
    }

    /// The caller's request id; empty when the caller gave none.
    pub(crate) fn request_id(&self) -> &str {
        match self {
            Request::Create(request) => &request.request_id,
            Request::Record(request) => &request.request_id,
            Request::AddWithOrder(request) => &request.request_id,
            Request::Register(_) => "",
        }
    }

    /// The attempt under which the answer is stored when `call` sends the request.
    pub(crate) fn attempt(&self, call: &Call) -> Result<Attempt> {
        match self {
            Request::Create(request) => Attempt::of_mutation(call, request),
            Request::Record(request) => Attempt::of_mutation(call, request),
            Request::AddWithOrder(request) => Attempt::of_mutation(call, request),
            Request::Register(_) => Ok(Attempt::of_work(call)),
        }
    }

    /// Reads the plan of the request.
    pub(crate) fn plan(&self, today: Day) -> Result<Plan> {
        match self {
            Request::Create(request) => Plan::create(request),
            Request::Record(request) => Plan::record(request, today),
            Request::AddWithOrder(request) => Plan::add_with_order(request),
            Request::Register(request) => Plan::register(request),
        }
    }

    /// Whether both requests register the same tenant with the same description. Each call may choose its own
    /// customer id, which is therefore ignored.
    pub(crate) fn says_the_same(&self, other: &Request) -> bool {
        let unnamed = |request: &internal::RegisterInvitedRequest| internal::RegisterInvitedRequest {
            customer_id: String::new(),
            ..request.clone()
        };
        match (self, other) {
            (Request::Register(one), Request::Register(other)) => unnamed(one) == unnamed(other),
            _ => self == other,
        }
    }
}

impl From<pb::CreateCustomerRequest> for Request {
    fn from(request: pb::CreateCustomerRequest) -> Self {
        Request::Create(request)
    }
}

impl From<pb::RecordCustomerRequest> for Request {
    fn from(request: pb::RecordCustomerRequest) -> Self {
        Request::Record(request)
    }
}

impl From<pb::AddCustomerWithOrderRequest> for Request {
    fn from(request: pb::AddCustomerWithOrderRequest) -> Self {
        Request::AddWithOrder(request)
    }
}
