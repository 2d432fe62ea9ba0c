//! Scenario 8: a provider wants a partnership with a reseller in another region.

use csp_tests::{Running, refusal_of};
use tonic::Code;

#[tokio::test]
async fn a_reseller_of_another_region_is_refused() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "US").await);
    let adatum = suite.reseller("adatum", "FR").await;

    let refusal = refusal_of(contoso.request_partnership(&fabrikam).await);
    refusal.must_be(Code::FailedPrecondition, &[("RGN-01", "PARTNERS_IN_DIFFERENT_REGIONS")]);
    contoso.request_partnership(&adatum).await.expect("a reseller in the same region is accepted");
}
