//! Scenario 3: a customer hires a second partner to manage its existing subscriptions.

use csp_proto::relationship::v1::{AdminAccess, ListAdminGrantsRequest, RevokeAdminGrantRequest};
use csp_tests::{Running, Seller, all_subscriptions};
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
