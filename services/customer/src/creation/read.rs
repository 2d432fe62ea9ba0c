//! Reading an operation: `GetOperation`.

use csp_proto::customer::v1 as pb;
use csp_service::{Call, Fault, Fields, Result};

use crate::CustomerService;
use crate::creation::operation::{COLLECTION, KIND, Operation};

pub(crate) async fn get_operation(
    service: &CustomerService,
    call: &Call,
    request: pb::GetOperationRequest,
) -> Result<pb::GetOperationResponse> {
    let name = operation_name(&request.name)?;
    let operation = see(service, call, &name).await?;
    Ok(pb::GetOperationResponse { operation: Some(operation.render()) })
}

/// The name in a request, well formed.
pub(crate) fn operation_name(value: &str) -> Result<String> {
    let mut fields = Fields::new();
    let name = fields.resource_name("name", value, COLLECTION);
    fields.finish(|| name)
}

/// The operation of that name, when the caller may see it.
pub(crate) async fn see(service: &CustomerService, call: &Call, name: &str) -> Result<Operation> {
    let id = name.strip_prefix(COLLECTION).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
    let mut reader = service.book.store.read_once().await?;
    let operation = crate::creation::table::get(&mut reader, id).await?.map(Operation::from);
    let operation = operation.filter(|operation| operation.is_visible_to(call));
    operation.ok_or_else(|| Fault::not_found(KIND, name))
}
