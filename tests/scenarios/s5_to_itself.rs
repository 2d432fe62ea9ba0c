//! Scenario 5: a partner tries to sell to itself or to an affiliate.

use csp_tests::{Described, Running, profile, refusal_of};
use tonic::Code;

#[tokio::test]
async fn a_partner_does_not_sell_to_itself() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;

    let wanted = profile("litware-own", "DE").of_company(&litware.organization);
    let refusal = refusal_of(litware.create_customer(wanted, None).await);
    refusal.must_be(Code::FailedPrecondition, &[("SAL-04", "SELF_SALE")]);
}

#[tokio::test]
async fn a_partner_does_not_sell_to_an_affiliate() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let sister = suite.organization("litware-services", "DE").await;
    let wanted = profile("litware-services", "DE").of_company(&sister);
    suite.affiliates(&[&litware.organization, &sister]).await;

    let refusal = refusal_of(litware.create_customer(wanted.clone(), None).await);
    refusal.must_be(Code::FailedPrecondition, &[("SAL-05", "AFFILIATE_SALE")]);

    let stranger = suite.direct_bill("wingtip", "DE").await;
    stranger.create_customer(wanted, None).await.expect("a partner outside the group may sell");
}

#[tokio::test]
async fn a_new_affiliation_stops_further_orders_of_an_existing_customer() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let bought = suite.organization("bought", "DE").await;
    let offer = suite.offer("e3").await;
    let wanted = profile("bought", "DE").of_company(&bought);
    let customer = litware.create_customer(wanted, None).await.unwrap().into_inner().customer.unwrap().name;
    litware.confirm_agreement(&customer).await.unwrap();
    litware.order(&customer, None, &offer, 1).await.unwrap();

    suite.affiliates(&[&litware.organization, &bought]).await;
    let refusal = refusal_of(litware.order(&customer, None, &offer, 1).await);
    refusal.must_be(Code::FailedPrecondition, &[("SAL-05", "AFFILIATE_SALE")]);
}
