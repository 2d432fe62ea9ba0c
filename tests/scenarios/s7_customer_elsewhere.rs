//! Scenario 7: a reseller wants to sell to a customer in another region.

use csp_tests::{Running, profile, refusal_of};
use tonic::Code;

#[tokio::test]
async fn a_customer_of_another_region_is_refused() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    suite.partnership(&contoso, &fabrikam).await;

    let refusal = refusal_of(contoso.create_customer(profile("tailspin", "US"), Some(&fabrikam)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "CUSTOMER_OUT_OF_REGION"));
    assert!(refusal.violations.iter().all(|(rule, _)| rule == "RGN-02"), "{refusal:?}");
    contoso
        .create_customer(profile("tailspin", "IT"), Some(&fabrikam))
        .await
        .expect("a customer in the same region is accepted");
}
