//! The RPCs for callers from outside: parse, call, render.

use csp_proto::customer::v1 as pb;
use csp_proto::customer::v1::customer_service_server;
use csp_service::Call;
use csp_service::feed::Watching;
use tonic::{Request, Response, Status};

use crate::CustomerService;
use crate::agreement::confirm::confirm_customer_agreement;
use crate::agreement::record::record_customer_agreement;
use crate::creation::cancel::cancel_operation;
use crate::creation::create::create;
use crate::creation::read::get_operation;
use crate::customer::list::list_customers;
use crate::customer::read::{batch_get_customers, check_domain, get_customer, get_customer_agreement};
use crate::customer::set_organization::set_customer_organization;
use crate::customer::update::update_customer;
use crate::setup_info::reveal::reveal_setup_info;
use crate::setup_info::rotate::rotate_setup_password;
use crate::watch_events::watch_events;

#[tonic::async_trait]
impl customer_service_server::CustomerService for CustomerService {
    async fn create_customer(
        &self,
        request: Request<pb::CreateCustomerRequest>,
    ) -> Result<Response<pb::CreateCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        create(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn record_customer(
        &self,
        request: Request<pb::RecordCustomerRequest>,
    ) -> Result<Response<pb::RecordCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        create(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn check_domain(
        &self,
        request: Request<pb::CheckDomainRequest>,
    ) -> Result<Response<pb::CheckDomainResponse>, Status> {
        let call = Call::of(&request)?;
        check_domain(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn get_customer(
        &self,
        request: Request<pb::GetCustomerRequest>,
    ) -> Result<Response<pb::GetCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        get_customer(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn batch_get_customers(
        &self,
        request: Request<pb::BatchGetCustomersRequest>,
    ) -> Result<Response<pb::BatchGetCustomersResponse>, Status> {
        let call = Call::of(&request)?;
        batch_get_customers(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn list_customers(
        &self,
        request: Request<pb::ListCustomersRequest>,
    ) -> Result<Response<pb::ListCustomersResponse>, Status> {
        let call = Call::of(&request)?;
        list_customers(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn update_customer(
        &self,
        request: Request<pb::UpdateCustomerRequest>,
    ) -> Result<Response<pb::UpdateCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        update_customer(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn set_customer_organization(
        &self,
        request: Request<pb::SetCustomerOrganizationRequest>,
    ) -> Result<Response<pb::SetCustomerOrganizationResponse>, Status> {
        let call = Call::of(&request)?;
        set_customer_organization(self, &call, request.into_inner())
            .await
            .map(Response::new)
            .map_err(Status::from)
    }

    async fn confirm_customer_agreement(
        &self,
        request: Request<pb::ConfirmCustomerAgreementRequest>,
    ) -> Result<Response<pb::ConfirmCustomerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        confirm_customer_agreement(self, &call, request.into_inner())
            .await
            .map(Response::new)
            .map_err(Status::from)
    }

    async fn record_customer_agreement(
        &self,
        request: Request<pb::RecordCustomerAgreementRequest>,
    ) -> Result<Response<pb::RecordCustomerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        record_customer_agreement(self, &call, request.into_inner())
            .await
            .map(Response::new)
            .map_err(Status::from)
    }

    async fn get_customer_agreement(
        &self,
        request: Request<pb::GetCustomerAgreementRequest>,
    ) -> Result<Response<pb::GetCustomerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        get_customer_agreement(self, &call, request.into_inner())
            .await
            .map(Response::new)
            .map_err(Status::from)
    }

    async fn reveal_setup_info(
        &self,
        request: Request<pb::RevealSetupInfoRequest>,
    ) -> Result<Response<pb::RevealSetupInfoResponse>, Status> {
        let call = Call::of(&request)?;
        reveal_setup_info(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn rotate_setup_password(
        &self,
        request: Request<pb::RotateSetupPasswordRequest>,
    ) -> Result<Response<pb::RotateSetupPasswordResponse>, Status> {
        let call = Call::of(&request)?;
        rotate_setup_password(self, &call, request.into_inner())
            .await
            .map(Response::new)
            .map_err(Status::from)
    }

    async fn add_customer_with_order(
        &self,
        request: Request<pb::AddCustomerWithOrderRequest>,
    ) -> Result<Response<pb::AddCustomerWithOrderResponse>, Status> {
        let call = Call::of(&request)?;
        create(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn get_operation(
        &self,
        request: Request<pb::GetOperationRequest>,
    ) -> Result<Response<pb::GetOperationResponse>, Status> {
        let call = Call::of(&request)?;
        get_operation(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    async fn cancel_operation(
        &self,
        request: Request<pb::CancelOperationRequest>,
    ) -> Result<Response<pb::CancelOperationResponse>, Status> {
        let call = Call::of(&request)?;
        cancel_operation(self, &call, request.into_inner()).await.map(Response::new).map_err(Status::from)
    }

    type WatchEventsStream = Watching<pb::WatchEventsResponse>;

    async fn watch_events(
        &self,
        request: Request<pb::WatchEventsRequest>,
    ) -> Result<Response<Self::WatchEventsStream>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(watch_events(self, &call, request.into_inner()).await?))
    }
}
