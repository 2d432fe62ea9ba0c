//! Scenario 3: a customer hires a second partner to manage its existing subscriptions.

use csp_proto::relationship::v1::{AdminAccess, ListAdminGrantsRequest, RevokeAdminGrantRequest};
use csp_proto::subscription::v1::{
    GetSubscriptionRequest, ListSubscriptionsRequest, SetSupportContactRequest, SubscriptionState,
    SuspendSubscriptionRequest,
};
use csp_tests::{MANAGING, Running, Seller, all_subscriptions, refusal_of};
use prost::Message;

async fn subscriptions(seller: &Seller) -> Vec<u8> {
    let answer = seller.people.subscription().list_subscriptions(all_subscriptions()).await;
    answer.unwrap().into_inner().encode_to_vec()
}

#[tokio::test]
async fn hiring_a_second_partner_changes_no_subscription_and_can_be_ended() {
    let suite = Running::start().await;
    let (litware, wingtip) =
        (suite.direct_bill("litware", "DE").await, suite.direct_bill("wingtip", "FR").await);
    let tailspin = suite.customer_of("tailspin", "IT", &litware, None).await;
    let offer = suite.offer("e3").await;
    litware.order(&tailspin, None, &offer, 10).await.unwrap();
    let (before, stored) = (subscriptions(&litware).await, suite.stored().await);

    let access = AdminAccess { roles: vec!["helpdesk-administrator".to_owned()], duration_days: 365 };
    let draft = wingtip.invite("", None, Some(access)).await.unwrap().into_inner().draft.unwrap();
    let people = suite.customer("tailspin.tenant");
    let grant = people.accept_invitation(&draft.link_token).await.unwrap().into_inner().admin_grant.unwrap();
    assert_eq!((grant.partner.as_str(), grant.customer.as_str()), (wingtip.name.as_str(), tailspin.as_str()));
    assert_eq!(subscriptions(&litware).await, before);
    let of_the_first = ["subscription", "orders", "order_line", "reseller_relationship", "customer"];
    stored.must_stand_in(&suite.stored().await, &of_the_first);

    let request = RevokeAdminGrantRequest { name: grant.name, ..Default::default() };
    people.relationship().revoke_admin_grant(request).await.unwrap();
    let active = ListAdminGrantsRequest { parent: tailspin.clone(), ..Default::default() };
    let left = people.relationship().list_admin_grants(active).await;
    assert!(left.unwrap().into_inner().admin_grants.is_empty());
    wingtip.confirm_agreement(&tailspin).await.unwrap();
    wingtip
        .order(&tailspin, None, &offer, 1)
        .await
        .expect("the reseller relationship continues without the grant");
}

#[tokio::test]
async fn a_hired_partner_manages_what_another_partner_sold_until_its_grant_ends() {
    let suite = Running::start().await;
    let (litware, wingtip) =
        (suite.direct_bill("litware", "DE").await, suite.direct_bill("wingtip", "FR").await);
    let tailspin = suite.customer_of("tailspin", "IT", &litware, None).await;
    let offer = suite.offer("e3").await;
    let sold = litware.order(&tailspin, None, &offer, 10).await.unwrap().into_inner();
    let name = sold.subscriptions[0].name.clone();
    let people = suite.customer("tailspin.tenant");
    let grant = wingtip.hired_by(&people, MANAGING).await.name;

    let mut hired = wingtip.people.subscription();
    let request = ListSubscriptionsRequest { parent: tailspin.clone(), ..Default::default() };
    let listed = hired.list_subscriptions(request).await.unwrap().into_inner().subscriptions;
    assert_eq!(listed[0].name, name);
    let suspend = SuspendSubscriptionRequest { name: name.clone(), ..Default::default() };
    hired.suspend_subscription(suspend.clone()).await.unwrap();
    let support_contact = Some(wingtip.name.clone());
    let contact = SetSupportContactRequest { name: name.clone(), support_contact, ..Default::default() };
    hired.set_support_contact(contact).await.unwrap();

    let get = GetSubscriptionRequest { name };
    let of_seller = litware.people.subscription().get_subscription(get.clone()).await.unwrap().into_inner();
    let seen = of_seller.subscription.unwrap();
    assert_eq!((seen.state(), seen.acting_grant.as_str()), (SubscriptionState::Suspended, grant.as_str()));
    assert_eq!((seen.seller, seen.support_contact), (litware.name.clone(), wingtip.name.clone()));

    people.revoke(&grant).await.unwrap();
    assert_eq!(refusal_of(hired.suspend_subscription(suspend).await).reason, "NOT_FOUND");
    assert_eq!(refusal_of(hired.get_subscription(get).await).reason, "NOT_FOUND");
}
