//! The RPCs for clients. Each one reads the call, runs its command and turns a fault into a status.

use csp_proto::customer::v1 as pb;
use csp_proto::customer::v1::customer_service_server;
use csp_service::Call;
use tonic::{Request, Response, Status};

use crate::{CustomerService, agreement, creation, customer, setup_info};

#[tonic::async_trait]
impl customer_service_server::CustomerService for CustomerService {
    async fn create_customer(
        &self,
        request: Request<pb::CreateCustomerRequest>,
    ) -> Result<Response<pb::CreateCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        creation::create(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn record_customer(
        &self,
        request: Request<pb::RecordCustomerRequest>,
    ) -> Result<Response<pb::RecordCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        creation::create(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn check_domain(
        &self,
        request: Request<pb::CheckDomainRequest>,
    ) -> Result<Response<pb::CheckDomainResponse>, Status> {
        let call = Call::of(&request)?;
        customer::check_domain(self, &call, request.into_inner())
            .await
            .map(Response::new)
            .map_err(Status::from)
    }

    async fn get_customer(
        &self,
        request: Request<pb::GetCustomerRequest>,
    ) -> Result<Response<pb::GetCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        customer::get(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn batch_get_customers(
        &self,
        request: Request<pb::BatchGetCustomersRequest>,
    ) -> Result<Response<pb::BatchGetCustomersResponse>, Status> {
        let call = Call::of(&request)?;
        customer::batch_get(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn list_customers(
        &self,
        request: Request<pb::ListCustomersRequest>,
    ) -> Result<Response<pb::ListCustomersResponse>, Status> {
        let call = Call::of(&request)?;
        customer::list(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn update_customer(
        &self,
        request: Request<pb::UpdateCustomerRequest>,
    ) -> Result<Response<pb::UpdateCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        customer::update(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn set_customer_organization(
        &self,
        request: Request<pb::SetCustomerOrganizationRequest>,
    ) -> Result<Response<pb::SetCustomerOrganizationResponse>, Status> {
        let call = Call::of(&request)?;
        customer::set_organization(self, &call, request.into_inner())
            .await
            .map(Response::new)
            .map_err(Status::from)
    }

    async fn confirm_customer_agreement(
        &self,
        request: Request<pb::ConfirmCustomerAgreementRequest>,
    ) -> Result<Response<pb::ConfirmCustomerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        agreement::confirm(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn record_customer_agreement(
        &self,
        request: Request<pb::RecordCustomerAgreementRequest>,
    ) -> Result<Response<pb::RecordCustomerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        agreement::record(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn withdraw_customer_agreement(
        &self,
        request: Request<pb::WithdrawCustomerAgreementRequest>,
    ) -> Result<Response<pb::WithdrawCustomerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        agreement::withdraw(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn get_customer_agreement(
        &self,
        request: Request<pb::GetCustomerAgreementRequest>,
    ) -> Result<Response<pb::GetCustomerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        agreement::get(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn reveal_setup_info(
        &self,
        request: Request<pb::RevealSetupInfoRequest>,
    ) -> Result<Response<pb::RevealSetupInfoResponse>, Status> {
        let call = Call::of(&request)?;
        setup_info::reveal(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn rotate_setup_password(
        &self,
        request: Request<pb::RotateSetupPasswordRequest>,
    ) -> Result<Response<pb::RotateSetupPasswordResponse>, Status> {
        let call = Call::of(&request)?;
        setup_info::rotate(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn add_customer_with_order(
        &self,
        request: Request<pb::AddCustomerWithOrderRequest>,
    ) -> Result<Response<pb::AddCustomerWithOrderResponse>, Status> {
        let call = Call::of(&request)?;
        creation::create(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }
}
