//! Reading an operation: `GetOperation`.

use csp_proto::customer::v1 as pb;
use csp_service::{Call, Fault, Fields, Result};

use super::operation::{COLLECTION, KIND, Operation};
use super::table;
use crate::CustomerService;

/// The operation with this id.
pub(crate) async fn by_id(service: &CustomerService, id: &str) -> Result<Operation> {
    let mut reader = service.book.store.read_once().await?;
    let row = table::by_id(&mut reader, id).await?;
    row.map(Operation::from).ok_or_else(|| Fault::not_found(KIND, id))
}

/// The operation with this name, if the caller may see it; otherwise NOT_FOUND.
pub(crate) async fn visible(service: &CustomerService, call: &Call, name: &str) -> Result<Operation> {
    let id = name.strip_prefix(COLLECTION).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
    let mut reader = service.book.store.read_once().await?;
    let operation = table::by_id(&mut reader, id).await?.map(Operation::from);
    let operation = operation.filter(|operation| operation.is_visible_to(call));
    operation.ok_or_else(|| Fault::not_found(KIND, name))
}

/// Reads the operation's name from a request that has no other field to check.
pub(crate) fn name(value: &str) -> Result<String> {
    Fields::only(|fields| fields.resource_name("name", value, COLLECTION))
}

pub(crate) async fn get(
    service: &CustomerService,
    call: &Call,
    request: pb::GetOperationRequest,
) -> Result<pb::GetOperationResponse> {
    let operation = visible(service, call, &name(&request.name)?).await?;
    Ok(pb::GetOperationResponse { operation: Some(operation.render()) })
}
