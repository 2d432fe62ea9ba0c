//! The service `google.longrunning.Operations`: the RPCs for clients that follow the creation of a customer.
//! The roles of these RPCs are in [`csp_service::access`].

use csp_proto::google::longrunning as pb;
use csp_proto::google::longrunning::operations_server::Operations;
use csp_service::{Call, Fault};
use tonic::{Request, Response, Status};

use crate::{CustomerService, creation};

#[tonic::async_trait]
impl Operations for CustomerService {
    async fn list_operations(
        &self,
        request: Request<pb::ListOperationsRequest>,
    ) -> Result<Response<pb::ListOperationsResponse>, Status> {
        let call = Call::of(&request)?;
        creation::list_operations(self, &call, request.into_inner())
            .await
            .map(Response::new)
            .map_err(Status::from)
    }

    async fn get_operation(
        &self,
        request: Request<pb::GetOperationRequest>,
    ) -> Result<Response<pb::Operation>, Status> {
        let call = Call::of(&request)?;
        creation::get_operation(self, &call, request.into_inner())
            .await
            .map(Response::new)
            .map_err(Status::from)
    }

    /// An operation is never deleted: it is the memory of its request, and the record of what it undid.
    async fn delete_operation(&self, _: Request<pb::DeleteOperationRequest>) -> Result<Response<()>, Status> {
        let message = "operations are kept, and `CancelOperation` ends a running one".to_owned();
        Err(Fault::Unimplemented { message }.into())
    }

    async fn cancel_operation(
        &self,
        request: Request<pb::CancelOperationRequest>,
    ) -> Result<Response<()>, Status> {
        let call = Call::of(&request)?;
        creation::cancel(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn wait_operation(
        &self,
        request: Request<pb::WaitOperationRequest>,
    ) -> Result<Response<pb::Operation>, Status> {
        let call = Call::of(&request)?;
        creation::wait(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }
}
