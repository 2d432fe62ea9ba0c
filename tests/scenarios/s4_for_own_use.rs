//! Scenario 4: a partner buys for its own use, as an end customer.

use csp_proto::r#type::v1::CustomerProfile;
use csp_tests::{Described, Running, profile, refusal_of};
use tonic::Code;

/// Profile of a customer that is a partner's company, on this tenant.
fn own_use(id: &str, organization: &str, tenant: &str) -> CustomerProfile {
    profile(id, "DE").of_company(organization).on_tenant(tenant)
}

#[tokio::test]
async fn a_partner_cannot_buy_on_its_csp_tenant() {
    let suite = Running::start().await;
    let (litware, wingtip) =
        (suite.direct_bill("litware", "DE").await, suite.direct_bill("wingtip", "DE").await);

    let wanted = own_use("wingtip-own", &wingtip.organization, "wingtip.example");
    let refusal = refusal_of(litware.create_customer(wanted, None).await);
    refusal.must_be(Code::FailedPrecondition, &[("SAL-03", "TENANT_IS_CSP_TENANT")]);
}

#[tokio::test]
async fn a_partner_buys_on_another_tenant_from_a_direct_bill_partner() {
    let suite = Running::start().await;
    let (litware, wingtip) =
        (suite.direct_bill("litware", "DE").await, suite.direct_bill("wingtip", "DE").await);
    let offer = suite.offer("e3").await;

    let wanted = own_use("wingtip-own", &wingtip.organization, "wingtip-own.tenant");
    let customer = litware.create_customer(wanted, None).await.unwrap().into_inner().customer.unwrap().name;
    litware.confirm_agreement(&customer).await.unwrap();
    litware.order(&customer, None, &offer, 5).await.unwrap();
}

#[tokio::test]
async fn a_partner_buys_on_another_tenant_through_a_reseller_but_not_from_a_provider_alone() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let wingtip = suite.direct_bill("wingtip", "DE").await;
    suite.partnership(&contoso, &fabrikam).await;
    let offer = suite.offer("e3").await;
    let wanted = own_use("wingtip-own", &wingtip.organization, "wingtip-own.tenant");

    let refusal = refusal_of(contoso.create_customer(wanted.clone(), None).await);
    refusal.must_be(Code::FailedPrecondition, &[("SAL-02", "CHAIN_NOT_SUPPORTED")]);

    let created = contoso.create_customer(wanted, Some(&fabrikam)).await.unwrap().into_inner();
    let customer = created.customer.unwrap().name;
    contoso.confirm_agreement(&customer).await.unwrap();
    contoso.order(&customer, Some(&fabrikam), &offer, 5).await.unwrap();
}
