//! Scenario 2: a customer needs a service of a second partner, and buys from both.

use csp_proto::subscription::v1::{GetSubscriptionRequest, Subscription};
use csp_tests::{Running, Seller};
use prost::Message;

/// The tables that hold the business of the first partner.
const ALL_OF_THE_FIRST: &[&str] =
    &["subscription", "orders", "order_line", "reseller_relationship", "customer", "partner"];

async fn read(seller: &Seller, name: &str) -> Vec<u8> {
    let request = GetSubscriptionRequest { name: name.to_owned() };
    let answer = seller.people.subscription().get_subscription(request).await.unwrap();
    let subscription: Subscription = answer.into_inner().subscription.unwrap();
    subscription.encode_to_vec()
}

#[tokio::test]
async fn buying_from_a_second_partner_changes_no_byte_of_the_first_partners_subscription() {
    let suite = Running::start().await;
    let (litware, wingtip) =
        (suite.direct_bill("litware", "DE").await, suite.direct_bill("wingtip", "FR").await);
    let tailspin = suite.customer_of("tailspin", "IT", &litware, None).await;
    let (mail, erp) = (suite.offer("mail").await, suite.offer("erp").await);
    let first = litware.order(&tailspin, None, &mail, 10).await.unwrap().into_inner().subscriptions.remove(0);
    let (before, stored) = (read(&litware, &first.name).await, suite.stored().await);

    let draft = wingtip.invite("", None, None).await.unwrap().into_inner().draft.unwrap();
    suite.customer("tailspin.tenant").accept_invitation(&draft.link_token).await.unwrap();
    wingtip.confirm_agreement(&tailspin).await.unwrap();
    let second = wingtip.order(&tailspin, None, &erp, 3).await.unwrap().into_inner().subscriptions.remove(0);

    assert_eq!(read(&litware, &first.name).await, before);
    stored.must_stand_in(&suite.stored().await, ALL_OF_THE_FIRST);
    assert_eq!(second.seller, wingtip.name);
}
