//! The tonic trait for clients. The command of the same name implements each RPC.

use csp_proto::subscription::v1 as pb;
use csp_proto::subscription::v1::subscription_service_server::SubscriptionService as Contract;
use csp_service::Call;
use tonic::{Request, Response, Status};

use crate::{SubscriptionService, cart, offer, order, subscription};

#[tonic::async_trait]
impl Contract for SubscriptionService {
    async fn import_offers(
        &self,
        request: Request<pb::ImportOffersRequest>,
    ) -> Result<Response<pb::ImportOffersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(offer::import(self, &call, request.into_inner()).await?))
    }

    async fn get_offer(
        &self,
        request: Request<pb::GetOfferRequest>,
    ) -> Result<Response<pb::GetOfferResponse>, Status> {
        Ok(Response::new(offer::get(self, request.into_inner()).await?))
    }

    async fn list_offers(
        &self,
        request: Request<pb::ListOffersRequest>,
    ) -> Result<Response<pb::ListOffersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(offer::list(self, &call, request.into_inner()).await?))
    }

    async fn create_cart(
        &self,
        request: Request<pb::CreateCartRequest>,
    ) -> Result<Response<pb::CreateCartResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(cart::create(self, &call, request.into_inner()).await?))
    }

    async fn get_cart(
        &self,
        request: Request<pb::GetCartRequest>,
    ) -> Result<Response<pb::GetCartResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(cart::get(self, &call, request.into_inner()).await?))
    }

    async fn list_carts(
        &self,
        request: Request<pb::ListCartsRequest>,
    ) -> Result<Response<pb::ListCartsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(cart::list(self, &call, request.into_inner()).await?))
    }

    async fn update_cart(
        &self,
        request: Request<pb::UpdateCartRequest>,
    ) -> Result<Response<pb::UpdateCartResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(cart::update(self, &call, request.into_inner()).await?))
    }

    async fn review_cart(
        &self,
        request: Request<pb::ReviewCartRequest>,
    ) -> Result<Response<pb::ReviewCartResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(cart::review(self, &call, request.into_inner()).await?))
    }

    async fn cancel_cart(
        &self,
        request: Request<pb::CancelCartRequest>,
    ) -> Result<Response<pb::CancelCartResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(cart::cancel(self, &call, request.into_inner()).await?))
    }

    async fn submit_order(
        &self,
        request: Request<pb::SubmitOrderRequest>,
    ) -> Result<Response<pb::SubmitOrderResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(order::submit(self, &call, request.into_inner()).await?))
    }

    async fn get_order(
        &self,
        request: Request<pb::GetOrderRequest>,
    ) -> Result<Response<pb::GetOrderResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(order::get(self, &call, request.into_inner()).await?))
    }

    async fn list_orders(
        &self,
        request: Request<pb::ListOrdersRequest>,
    ) -> Result<Response<pb::ListOrdersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(order::list(self, &call, request.into_inner()).await?))
    }

    async fn record_subscription(
        &self,
        request: Request<pb::RecordSubscriptionRequest>,
    ) -> Result<Response<pb::RecordSubscriptionResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::record(self, &call, request.into_inner()).await?))
    }

    async fn get_subscription(
        &self,
        request: Request<pb::GetSubscriptionRequest>,
    ) -> Result<Response<pb::GetSubscriptionResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::get(self, &call, request.into_inner()).await?))
    }

    async fn list_subscriptions(
        &self,
        request: Request<pb::ListSubscriptionsRequest>,
    ) -> Result<Response<pb::ListSubscriptionsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::list(self, &call, request.into_inner()).await?))
    }

    async fn change_quantity(
        &self,
        request: Request<pb::ChangeQuantityRequest>,
    ) -> Result<Response<pb::ChangeQuantityResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::change_quantity(self, &call, request.into_inner()).await?))
    }

    async fn list_upgrade_targets(
        &self,
        request: Request<pb::ListUpgradeTargetsRequest>,
    ) -> Result<Response<pb::ListUpgradeTargetsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::list_targets(self, &call, request.into_inner()).await?))
    }

    async fn upgrade_subscription(
        &self,
        request: Request<pb::UpgradeSubscriptionRequest>,
    ) -> Result<Response<pb::UpgradeSubscriptionResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::upgrade(self, &call, request.into_inner()).await?))
    }

    async fn list_subscription_changes(
        &self,
        request: Request<pb::ListSubscriptionChangesRequest>,
    ) -> Result<Response<pb::ListSubscriptionChangesResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::list_changes(self, &call, request.into_inner()).await?))
    }

    async fn cancel_subscription(
        &self,
        request: Request<pb::CancelSubscriptionRequest>,
    ) -> Result<Response<pb::CancelSubscriptionResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::cancel(self, &call, request.into_inner()).await?))
    }

    async fn suspend_subscription(
        &self,
        request: Request<pb::SuspendSubscriptionRequest>,
    ) -> Result<Response<pb::SuspendSubscriptionResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::suspend(self, &call, request.into_inner()).await?))
    }

    async fn reactivate_subscription(
        &self,
        request: Request<pb::ReactivateSubscriptionRequest>,
    ) -> Result<Response<pb::ReactivateSubscriptionResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::reactivate(self, &call, request.into_inner()).await?))
    }

    async fn set_auto_renew(
        &self,
        request: Request<pb::SetAutoRenewRequest>,
    ) -> Result<Response<pb::SetAutoRenewResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::set_auto_renew(self, &call, request.into_inner()).await?))
    }

    async fn associate_reseller(
        &self,
        request: Request<pb::AssociateResellerRequest>,
    ) -> Result<Response<pb::AssociateResellerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::associate_reseller(self, &call, request.into_inner()).await?))
    }

    async fn list_reseller_of_record_history(
        &self,
        request: Request<pb::ListResellerOfRecordHistoryRequest>,
    ) -> Result<Response<pb::ListResellerOfRecordHistoryResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::list_resellers(self, &call, request.into_inner()).await?))
    }

    async fn set_support_contact(
        &self,
        request: Request<pb::SetSupportContactRequest>,
    ) -> Result<Response<pb::SetSupportContactResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(subscription::set_support_contact(self, &call, request.into_inner()).await?))
    }
}
