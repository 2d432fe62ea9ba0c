//! The four requests that create a customer: kept with the operation, and read again when it is resumed.

use csp_policy::Day;
use csp_proto::customer::v1 as pb;
use csp_service::{Attempt, Call, Result};
use csp_store::broken;
use prost::Message;

use super::plan::Plan;
use super::table::{OperationRow, Rpc};

/// A request to create a customer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Request {
    /// A partner creates it.
    Create(pb::CreateCustomerRequest),
    /// An operator records it.
    Record(pb::RecordCustomerRequest),
    /// A partner creates it together with its first subscriptions.
    AddWithOrder(pb::AddCustomerWithOrderRequest),
    /// A tenant accepts an invitation.
    Register(pb::RegisterInvitedRequest),
}

impl Request {
    /// The request that was kept with an operation.
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

    /// The request, to be kept.
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Request::Create(request) => request.encode_to_vec(),
            Request::Record(request) => request.encode_to_vec(),
            Request::AddWithOrder(request) => request.encode_to_vec(),
            Request::Register(request) => request.encode_to_vec(),
        }
    }

    /// The RPC that takes it.
    pub(crate) fn rpc(&self) -> Rpc {
        match self {
            Request::Create(_) => Rpc::CreateCustomer,
            Request::Record(_) => Rpc::RecordCustomer,
            Request::AddWithOrder(_) => Rpc::AddCustomerWithOrder,
            Request::Register(_) => Rpc::RegisterInvited,
        }
    }

    /// The caller's id for it; empty for none.
    pub(crate) fn request_id(&self) -> &str {
        match self {
            Request::Create(request) => &request.request_id,
            Request::Record(request) => &request.request_id,
            Request::AddWithOrder(request) => &request.request_id,
            Request::Register(_) => "",
        }
    }

    /// The attempt that it makes when `call` sends it.
    pub(crate) fn attempt(&self, call: &Call) -> Result<Attempt> {
        match self {
            Request::Create(request) => Attempt::of_mutation(call, request),
            Request::Record(request) => Attempt::of_mutation(call, request),
            Request::AddWithOrder(request) => Attempt::of_mutation(call, request),
            Request::Register(_) => Ok(Attempt::of_work(call)),
        }
    }

    /// What it asks for.
    pub(crate) fn plan(&self, today: Day) -> Result<Plan> {
        match self {
            Request::Create(request) => Plan::create(request),
            Request::Record(request) => Plan::record(request, today),
            Request::AddWithOrder(request) => Plan::add_with_order(request),
            Request::Register(request) => Plan::register(request),
        }
    }

    /// Whether both register the same tenant in the same words; each try has a name of its own for the customer.
    pub(crate) fn says_the_same(&self, other: &Request) -> bool {
        let unnamed = |request: &pb::RegisterInvitedRequest| pb::RegisterInvitedRequest {
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
