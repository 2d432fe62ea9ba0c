//! Scenario 1: a partner sells to the customer and owns the relationship from end to end. Two chains are
//! allowed: a direct-bill partner alone, and a provider with its reseller.

use csp_proto::policy::v1::Verdict;
use csp_tests::{Running, refusal_of};
use tonic::Code;

#[tokio::test]
async fn a_direct_bill_partner_sells_to_its_customer() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let tailspin = suite.customer_of("tailspin", "FR", &litware, None).await;
    let offer = suite.offer("e3").await;

    let sold = litware.order(&tailspin, None, &offer, 10).await.unwrap().into_inner();
    assert_eq!(sold.subscriptions.len(), 1);
    assert_eq!(sold.subscriptions[0].quantity, 10);
    assert_eq!(sold.decision.unwrap().verdict(), Verdict::Accepted);
}

#[tokio::test]
async fn a_provider_sells_through_its_reseller() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    suite.partnership(&contoso, &fabrikam).await;
    let tailspin = suite.customer_of("tailspin", "IT", &contoso, Some(&fabrikam)).await;
    let offer = suite.offer("e3").await;

    let sold = contoso.order(&tailspin, Some(&fabrikam), &offer, 25).await.unwrap().into_inner();
    assert_eq!(sold.order.unwrap().reseller, fabrikam.name);
    assert_eq!(fabrikam.mpn_id, format!("mpnIds/{}", sold.subscriptions[0].reseller_mpn_id));
}

#[tokio::test]
async fn a_provider_without_a_reseller_cannot_order() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let tailspin = suite.customer_of("tailspin", "IT", &contoso, None).await;
    let offer = suite.offer("e3").await;

    let refusal = refusal_of(contoso.order(&tailspin, None, &offer, 1).await);
    refusal.must_be(Code::FailedPrecondition, &[("SAL-01", "CHAIN_NOT_SUPPORTED")]);
}

#[tokio::test]
async fn a_direct_bill_partner_cannot_order_through_a_reseller() {
    let suite = Running::start().await;
    let (litware, fabrikam) =
        (suite.direct_bill("litware", "DE").await, suite.reseller("fabrikam", "FR").await);
    let tailspin = suite.customer_of("tailspin", "FR", &litware, None).await;
    let offer = suite.offer("e3").await;

    let refusal = refusal_of(litware.order(&tailspin, Some(&fabrikam), &offer, 1).await);
    assert!(refusal.names("SAL-01"), "{refusal:?}");
    assert_eq!(refusal.code, Code::FailedPrecondition);
}

#[tokio::test]
async fn a_reseller_never_submits_an_order() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    suite.partnership(&contoso, &fabrikam).await;
    let tailspin = suite.customer_of("tailspin", "IT", &contoso, Some(&fabrikam)).await;
    let offer = suite.offer("e3").await;

    let refusal = refusal_of(fabrikam.order(&tailspin, None, &offer, 1).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::PermissionDenied, "RESELLER_CANNOT_ORDER"));
    assert!(refusal.names("SAL-01"), "{refusal:?}");
}
