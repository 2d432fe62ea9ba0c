//! Scenario 6: a reseller wants licences for itself from its own provider, on its CSP tenant. The sale is
//! refused. The refusal names three ways out, and each of them succeeds.

use csp_proto::partner_registry::v1::EnrollPartnerRequest;
use csp_proto::subscription::v1::GetSubscriptionRequest;
use csp_proto::r#type::v1::CustomerProfile;
use csp_proto::r#type::v1::PartnerKind;
use csp_tests::{Described, Running, Seller, profile, refusal_of};
use prost::Message;
use tonic::Code;

/// Profile of a customer that is the reseller's own company, on this tenant.
fn own(reseller: &Seller, id: &str, tenant: &str) -> CustomerProfile {
    profile(id, "FR").of_company(&reseller.organization).on_tenant(tenant)
}

#[tokio::test]
async fn a_reseller_that_buys_on_its_csp_tenant_is_refused_with_three_ways_out() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let adatum = suite.reseller("adatum", "FR").await;
    suite.partnership(&contoso, &fabrikam).await;
    suite.partnership(&contoso, &adatum).await;

    let wanted = own(&fabrikam, "fabrikam-own", "fabrikam.example");
    let refusal = refusal_of(contoso.create_customer(wanted, Some(&adatum)).await);
    let rules = [("PSH-11", "RELATIONSHIP_TYPE_CONFLICT"), ("SAL-03", "TENANT_IS_CSP_TENANT")];
    refusal.must_be(Code::FailedPrecondition, &rules);
    assert_eq!(refusal.remedies.len(), 3, "{refusal:?}");
}

#[tokio::test]
async fn first_way_out_a_second_tenant_through_another_reseller() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let adatum = suite.reseller("adatum", "FR").await;
    suite.partnership(&contoso, &fabrikam).await;
    suite.partnership(&contoso, &adatum).await;
    let offer = suite.offer("e3").await;

    let wanted = own(&fabrikam, "fabrikam-own", "fabrikam-own.tenant");
    let created = contoso.create_customer(wanted, Some(&adatum)).await.unwrap().into_inner();
    let customer = created.customer.unwrap().name;
    contoso.confirm_agreement(&customer).await.unwrap();
    contoso.order(&customer, Some(&adatum), &offer, 5).await.unwrap();
}

#[tokio::test]
async fn second_way_out_another_provider_and_an_unaffiliated_direct_bill_partner() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let (northwind, litware) =
        (suite.provider("northwind", "DE").await, suite.direct_bill("litware", "DE").await);
    let partnership = suite.partnership(&contoso, &fabrikam).await;
    let offer = suite.offer("e3").await;

    contoso.remove_partnership(&partnership).await.unwrap();
    suite.partnership(&northwind, &fabrikam).await;
    let wanted = own(&fabrikam, "fabrikam-own", "fabrikam-own.tenant");
    let customer = litware.create_customer(wanted, None).await.unwrap().into_inner().customer.unwrap().name;
    litware.confirm_agreement(&customer).await.unwrap();
    litware.order(&customer, None, &offer, 5).await.unwrap();
}

#[tokio::test]
async fn third_way_out_a_customer_becomes_the_reseller_of_another_provider() {
    let suite = Running::start().await;
    let (contoso, adatum) = (suite.provider("contoso", "DE").await, suite.reseller("adatum", "FR").await);
    let northwind = suite.provider("northwind", "DE").await;
    suite.partnership(&contoso, &adatum).await;
    let offer = suite.offer("e3").await;
    let company = suite.organization("fabrikam", "FR").await;
    let wanted = profile("fabrikam", "FR").of_company(&company);
    let customer =
        contoso.create_customer(wanted, Some(&adatum)).await.unwrap().into_inner().customer.unwrap().name;
    contoso.confirm_agreement(&customer).await.unwrap();
    let sold = contoso.order(&customer, Some(&adatum), &offer, 5).await.unwrap().into_inner();
    let read = GetSubscriptionRequest { name: sold.subscriptions[0].name.clone() };
    let before = contoso.people.subscription().get_subscription(read.clone()).await.unwrap().into_inner();
    let stored = suite.stored().await;

    // The customer's tenant becomes the CSP tenant of a reseller.
    let kind = PartnerKind::IndirectReseller;
    let account = suite.account("fabrikam", "FR", kind, &company, "fabrikam.tenant").await;
    let mpn_id = suite.mpn_id(&company, "FR", &account).await;
    let people = suite.partner("fabrikam.tenant");
    let fabrikam = Seller { name: account, mpn_id, organization: company, people };
    suite.sign(&fabrikam).await;

    let draft = contoso.request_partnership(&fabrikam).await.unwrap().into_inner().draft.unwrap();
    let refusal = refusal_of(fabrikam.accept_partnership(&draft.link_token).await);
    refusal.must_be(Code::FailedPrecondition, &[("PSH-11", "RELATIONSHIP_TYPE_CONFLICT")]);
    suite.partnership(&northwind, &fabrikam).await;

    let after = contoso.people.subscription().get_subscription(read).await.unwrap().into_inner();
    assert_eq!(after.encode_to_vec(), before.encode_to_vec());
    let of_the_first = ["subscription", "orders", "order_line", "reseller_relationship", "customer"];
    stored.must_stand_in(&suite.stored().await, &of_the_first);
    let refusal = refusal_of(contoso.order(&customer, Some(&adatum), &offer, 1).await);
    refusal.must_be(Code::FailedPrecondition, &[("SAL-03", "TENANT_IS_CSP_TENANT")]);
}

#[tokio::test]
async fn a_tenant_is_the_csp_tenant_of_one_account_only() {
    let suite = Running::start().await;
    let fabrikam = suite.reseller("fabrikam", "FR").await;
    let profile =
        csp_tests::partner_profile("fabrikam-2", "FR", PartnerKind::IndirectReseller, &fabrikam.organization);
    let request = EnrollPartnerRequest { profile: Some(profile), ..Default::default() };
    let refusal = refusal_of(fabrikam.people.registry().enroll_partner(request).await);
    refusal.must_be(Code::AlreadyExists, &[("ENR-10", "TENANT_ALREADY_ENROLLED")]);
}
