//! Calls that change a subscription.

use csp_proto::subscription::v1 as pb;
use csp_service::order::Reseller;
use csp_tests::{Answer, Seller};

pub(crate) async fn change_seats(
    seller: &Seller,
    name: &str,
    quantity: i32,
) -> Answer<pb::ChangeQuantityResponse> {
    let request =
        pb::ChangeQuantityRequest { name: name.to_owned(), quantity: Some(quantity), ..Default::default() };
    seller.people.subscription().change_quantity(request).await
}

/// A request to upgrade `seats` of the subscription to the offer; all seats without a number.
pub(crate) fn to_offer(name: &str, offer: &str, seats: Option<i32>) -> pb::UpgradeSubscriptionRequest {
    pb::UpgradeSubscriptionRequest {
        name: name.to_owned(),
        offer: offer.to_owned(),
        quantity: seats,
        ..Default::default()
    }
}

pub(crate) async fn upgrade(
    seller: &Seller,
    request: pb::UpgradeSubscriptionRequest,
) -> Answer<pb::UpgradeSubscriptionResponse> {
    seller.people.subscription().upgrade_subscription(request).await
}

pub(crate) async fn suspend(seller: &Seller, name: &str) -> Answer<pb::SuspendSubscriptionResponse> {
    let request = pb::SuspendSubscriptionRequest { name: name.to_owned(), ..Default::default() };
    seller.people.subscription().suspend_subscription(request).await
}

pub(crate) async fn reactivate(seller: &Seller, name: &str) -> Answer<pb::ReactivateSubscriptionResponse> {
    let request = pb::ReactivateSubscriptionRequest { name: name.to_owned(), ..Default::default() };
    seller.people.subscription().reactivate_subscription(request).await
}

pub(crate) async fn switch_auto_renew(
    seller: &Seller,
    name: &str,
    on: bool,
) -> Answer<pb::SetAutoRenewResponse> {
    let request =
        pb::SetAutoRenewRequest { name: name.to_owned(), auto_renew: Some(on), ..Default::default() };
    seller.people.subscription().set_auto_renew(request).await
}

pub(crate) async fn cancel(seller: &Seller, name: &str) -> Answer<pb::CancelSubscriptionResponse> {
    let request = pb::CancelSubscriptionRequest { name: name.to_owned(), ..Default::default() };
    seller.people.subscription().cancel_subscription(request).await
}

pub(crate) async fn associate(
    seller: &Seller,
    name: &str,
    reseller: Reseller,
) -> Answer<pb::AssociateResellerResponse> {
    let request = pb::AssociateResellerRequest {
        name: name.to_owned(),
        reseller_of_record: Some(reseller.into()),
        ..Default::default()
    };
    seller.people.subscription().associate_reseller(request).await
}

pub(crate) async fn name_contact(
    seller: &Seller,
    name: &str,
    contact: &Seller,
) -> Answer<pb::SetSupportContactResponse> {
    let request = pb::SetSupportContactRequest {
        name: name.to_owned(),
        support_contact: Some(contact.name.clone()),
        ..Default::default()
    };
    seller.people.subscription().set_support_contact(request).await
}
