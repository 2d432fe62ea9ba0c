//! A refused creation names what the caller wrote, and never an id that was generated for a resource that is
//! not there.

use csp_proto::customer::v1::CreateCustomerRequest;
use csp_proto::partner_registry::v1::{CreateUserRequest, EnrollPartnerRequest};
use csp_proto::policy::v1::{Decision, FactRevision, Role};
use csp_proto::subscription::v1::{CreateCartRequest, SubmitOrderRequest};
use csp_proto::r#type::v1::PartnerKind;
use csp_tests::{
    OfferTerms, Refusal, Running, draft, lines, on_tenant, partner_profile, profile, refusal_of, role_set,
    submission,
};

/// Asserts the subject, that the message names `written`, and that no generated id is told.
fn must_name(refusal: &Refusal, decision: Decision, subject: &str, written: &str) {
    assert_eq!(decision.subject, subject);
    assert!(refusal.message.contains(&format!("`{written}`")), "{refusal:?}");
    let told = Decision { name: String::new(), revisions: Vec::<FactRevision>::new(), ..decision };
    let text = format!("{} {told:?}", refusal.message);
    let generated = text
        .split(|letter: char| !letter.is_ascii_hexdigit() && letter != '-')
        .find(|word| word.len() == 36 && word.matches('-').count() == 4);
    assert_eq!(generated, None, "{text}");
}

#[tokio::test]
async fn a_refused_customer_is_named_by_its_tenant() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    for (customer_id, subject, written) in
        [("", "customers/-", "tailspin.tenant"), ("tailspin", "customers/tailspin", "customers/tailspin")]
    {
        let request = CreateCustomerRequest {
            customer_id: customer_id.to_owned(),
            profile: Some(profile("tailspin", "US")),
            ..Default::default()
        };
        let refusal = refusal_of(litware.people.customers().create_customer(request).await);
        assert_eq!(refusal.reason, "CUSTOMER_OUT_OF_REGION");
        let decision = litware.people.stored_decision(&refusal.decision).await;
        must_name(&refusal, decision, subject, written);
    }
}

#[tokio::test]
async fn a_refused_order_and_a_refused_cart_are_named_by_their_customer_and_offer() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let tailspin = suite.customer_of("tailspin", "FR", &litware, None).await;
    suite.offer_on("small", OfferTerms { countries: vec!["US"], ..OfferTerms::default() }).await;
    let bought = lines(&[("offers/small", 3)]);
    let order =
        csp_proto::subscription::v1::OrderDraft { attested_capacity: 0, ..draft(bought.clone(), None) };
    let request = SubmitOrderRequest { ..submission(&tailspin, order) };
    let refusal = refusal_of(litware.people.subscription().submit_order(request).await);
    let decision = litware.people.stored_decision(&refusal.decision).await;
    assert!(decision.violations.iter().any(|violation| violation.rule_id == "SUB-09"));
    must_name(&refusal, decision, "customers/tailspin/orders/-", "offers/small");

    let request = CreateCartRequest { parent: tailspin, lines: bought, ..Default::default() };
    let refusal = refusal_of(litware.people.subscription().create_cart(request).await);
    let decision = litware.people.stored_decision(&refusal.decision).await;
    must_name(&refusal, decision, "customers/tailspin/carts/-", "offers/small");
}

#[tokio::test]
async fn a_refused_partnership_request_is_named_by_its_partners() {
    let suite = Running::start().await;
    let (contoso, wingtip) = (suite.provider("contoso", "DE").await, suite.reseller("wingtip", "US").await);
    let refusal = refusal_of(contoso.request_partnership(&wingtip).await);
    let decision = contoso.people.stored_decision(&refusal.decision).await;
    must_name(&refusal, decision, "partnerships/-", "partners/wingtip");
}

#[tokio::test]
async fn a_refused_application_is_named_by_its_tenant() {
    let suite = Running::start().await;
    let company = suite.organization("litware", "DE").await;
    let profile = partner_profile("litware", "DE", PartnerKind::DirectBill, &company);
    let request =
        EnrollPartnerRequest { profile: Some(on_tenant("litware.example", profile)), ..Default::default() };
    let applicant = suite.partner("litware.example");
    let refusal = refusal_of(applicant.registry().enroll_partner(request).await);
    assert_eq!(refusal.reason, "NEW_PARTNER_MUST_ENROLL_AS_RESELLER");
    let decision = applicant.stored_decision(&refusal.decision).await;
    must_name(&refusal, decision, "partners/-", "litware.example");
}

#[tokio::test]
async fn a_refused_user_is_named_by_its_account() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let agent = litware.people.with_roles(&[csp_policy::Role::AdminAgent]);
    let request = CreateUserRequest {
        parent: litware.name.clone(),
        subject: "sam@litware.example".to_owned(),
        display_name: "Sam".to_owned(),
        email: "sam@litware.example".to_owned(),
        roles: role_set(&[Role::GlobalAdmin]),
        ..Default::default()
    };
    let refusal = refusal_of(agent.registry().create_user(request).await);
    assert_eq!(refusal.reason, "ROLE_NOT_GRANTABLE");
    let decision = agent.stored_decision(&refusal.decision).await;
    must_name(&refusal, decision, "partners/litware/users/-", "partners/litware");
}
