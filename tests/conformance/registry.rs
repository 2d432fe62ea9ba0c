//! Rules for enrolment and for a partner account: its contact, agreement and listing.

use csp_policy::Role;
use csp_proto::partner_registry::v1 as registry;
use csp_proto::partner_registry::v1::{Capability, ReviewStep};
use csp_proto::r#type::v1::{Attestation, PartnerKind, Tenant};
use csp_tests::{Answer, Party, Running, Seller, mask, partner_profile};
use jiff::SignedDuration;

use crate::scene::{Case, Played, played};

pub(crate) const CASES: &[Case] = &[
    case!(
        "EnrollPartner",
        "ENR-02",
        "NEW_PARTNER_MUST_ENROLL_AS_RESELLER",
        a_new_partner_applies_as_direct_bill_partner()
    ),
    case!("EnrollPartner", "ENR-02", "NEW_PARTNER_MUST_ENROLL_AS_RESELLER", a_reseller_applies_as_provider()),
    case!(
        "EnrollPartner",
        "ENR-03",
        "DIRECT_BILL_REQUIREMENTS_UNMET",
        a_direct_bill_applicant_without_the_capability(Capability::ApiIntegration)
    ),
    case!(
        "EnrollPartner",
        "ENR-03",
        "DIRECT_BILL_REQUIREMENTS_UNMET",
        a_direct_bill_applicant_without_the_capability(Capability::ManagedServices)
    ),
    case!(
        "EnrollPartner",
        "RGN-03",
        "COUNTRY_HAS_NO_CSP_REGION",
        an_applicant_in_a_country_without_a_region()
    ),
    case!("EnrollPartner", "ENR-10", "TENANT_ALREADY_ENROLLED", an_applicant_whose_tenant_has_an_account()),
    case!("EnrollPartner", "ENR-06", "CONTACT_EMAIL_IS_WEBMAIL", an_applicant_with_a_webmail_address()),
    case!("EnrollPartner", "ENR-15", "REGISTRATION_ID_REQUIRED", an_applicant_without_a_registration_id()),
    case!("EnrollPartner", "ENR-15", "REGISTRATION_ID_REQUIRED", a_registration_id_that_may_be_personal()),
    case!("UpdatePartner", "ENR-06", "CONTACT_EMAIL_IS_WEBMAIL", the_contact_changes_to_a_webmail_address()),
    case!("VerifyContactEmail", "ENR-07", "CONTACT_EMAIL_UNVERIFIED", a_token_that_a_newer_one_replaced()),
    case!("VerifyContactEmail", "ENR-07", "CONTACT_EMAIL_UNVERIFIED", a_token_older_than_seven_days()),
    case!("VerifyContactEmail", "ENR-07", "CONTACT_EMAIL_UNVERIFIED", a_token_used_twice()),
    case!(
        "ReviewEnrollment",
        "ENR-07",
        "CONTACT_EMAIL_UNVERIFIED",
        a_review_before_the_new_address_is_verified()
    ),
    case!("AssociateMpnId", "ENR-09", "MPN_COUNTRY_DIFFERS_FROM_TENANT", an_mpn_id_of_another_country()),
    case!("AssociateMpnId", "ENR-09", "MPN_COUNTRY_DIFFERS_FROM_TENANT", an_mpn_id_of_another_company()),
    case!("AssociateMpnId", "ENR-09", "MPN_COUNTRY_DIFFERS_FROM_TENANT", an_inactive_mpn_id()),
    case!(
        "AssociateMpnId",
        "ENR-09",
        "MPN_COUNTRY_DIFFERS_FROM_TENANT",
        an_mpn_id_of_the_business_country_for_a_tenant_in_another_country()
    ),
    case!("AssociateMpnId", "ENR-10", "MPN_ALREADY_ASSOCIATED", an_mpn_id_of_another_account()),
    case!("SignPartnerAgreement", "AGR-05", "SIGNER_NOT_GLOBAL_ADMIN", a_sales_agent_signs()),
    case!("SignPartnerAgreement", "AGR-05", "ENROLLMENT_NOT_AUTHORIZED", a_partner_under_review_signs()),
    case!("SignPartnerAgreement", "AGR-05", "MPN_NOT_ASSOCIATED", a_partner_without_an_mpn_id_signs()),
    case!(
        "UpdateListing",
        "ENR-13",
        "LISTING_CHANGED_BY_OPERATOR_ONLY",
        a_provider_changes_its_own_listing()
    ),
];

async fn a_new_partner_applies_as_direct_bill_partner() -> Played {
    let suite = Running::start().await;
    let (fabrikam, application) = applicant(&suite, "DE", PartnerKind::DirectBill).await;
    let refused = fabrikam.enroll("direct", application.clone()).await;
    already_in_csp(&suite, "DE").await;
    played(refused, fabrikam.enroll("direct", application).await)
}

async fn a_reseller_applies_as_provider() -> Played {
    let suite = Running::start().await;
    let (fabrikam, mut application) = applicant(&suite, "DE", PartnerKind::IndirectProvider).await;
    already_in_csp(&suite, "DE").await;
    let refused = fabrikam.enroll("second", application.clone()).await;
    application.kind = PartnerKind::DirectBill.into();
    played(refused, fabrikam.enroll("second", application).await)
}

async fn a_direct_bill_applicant_without_the_capability(capability: Capability) -> Played {
    let suite = Running::start().await;
    let (fabrikam, able) = applicant(&suite, "DE", PartnerKind::DirectBill).await;
    already_in_csp(&suite, "DE").await;
    let mut unable = able.clone();
    unable.capabilities.retain(|offered| *offered != i32::from(capability));
    played(fabrikam.enroll("direct", unable).await, fabrikam.enroll("direct", able).await)
}

async fn an_applicant_in_a_country_without_a_region() -> Played {
    let suite = Running::start().await;
    // Russia left the programme in August 2023. Kazakhstan is the twin because it also requires a
    // registration id.
    let (fabrikam, mut application) = applicant(&suite, "RU", PartnerKind::IndirectReseller).await;
    application.registration_id = "7707083893".to_owned();
    application.registration_id_attestation = Some(no_personal_id());
    let refused = fabrikam.enroll("fabrikam", application.clone()).await;
    application.address.as_mut().unwrap().country = "KZ".to_owned();
    played(refused, fabrikam.enroll("fabrikam", application).await)
}

async fn an_applicant_whose_tenant_has_an_account() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let application =
        partner_profile("reselling", "DE", PartnerKind::IndirectReseller, &contoso.organization);
    let refused = contoso.people.enroll("reselling", application.clone()).await;
    played(refused, suite.partner("second.example").enroll("reselling", application).await)
}

async fn an_applicant_with_a_webmail_address() -> Played {
    let suite = Running::start().await;
    let (fabrikam, own) = applicant(&suite, "DE", PartnerKind::IndirectReseller).await;
    let mut webmail = own.clone();
    webmail.primary_contact.as_mut().unwrap().email = "ada@Gmail.com".to_owned();
    played(fabrikam.enroll("fabrikam", webmail).await, fabrikam.enroll("fabrikam", own).await)
}

async fn an_applicant_without_a_registration_id() -> Played {
    let suite = Running::start().await;
    let (fabrikam, mut application) = applicant(&suite, "PL", PartnerKind::IndirectReseller).await;
    application.registration_id_attestation = Some(no_personal_id());
    let refused = fabrikam.enroll("fabrikam", application.clone()).await;
    application.registration_id = "5260250995".to_owned();
    played(refused, fabrikam.enroll("fabrikam", application).await)
}

async fn a_registration_id_that_may_be_personal() -> Played {
    let suite = Running::start().await;
    let (fabrikam, mut application) = applicant(&suite, "PL", PartnerKind::IndirectReseller).await;
    application.registration_id = "5260250995".to_owned();
    let refused = fabrikam.enroll("fabrikam", application.clone()).await;
    application.registration_id_attestation = Some(no_personal_id());
    played(refused, fabrikam.enroll("fabrikam", application).await)
}

async fn the_contact_changes_to_a_webmail_address() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let refused = change_contact_email(&contoso, "ada@outlook.com").await;
    played(refused, change_contact_email(&contoso, "ada@new.contoso.example").await)
}

async fn a_token_that_a_newer_one_replaced() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.newcomer("fabrikam", "DE").await;
    let first = suite.mailed_token(&fabrikam.name).await;
    suite.wait(SignedDuration::from_mins(1));
    resend_token(&fabrikam).await;
    let second = suite.mailed_token(&fabrikam.name).await;
    played(fabrikam.people.verify_email(&first).await, fabrikam.people.verify_email(&second).await)
}

async fn a_token_older_than_seven_days() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.newcomer("fabrikam", "DE").await;
    suite.wait(SignedDuration::from_hours(7 * 24) + SignedDuration::from_secs(1));
    let refused = fabrikam.people.verify_email(&suite.mailed_token(&fabrikam.name).await).await;
    // A token still works exactly 7 days after it was sent.
    resend_token(&fabrikam).await;
    suite.wait(SignedDuration::from_hours(7 * 24));
    played(refused, fabrikam.people.verify_email(&suite.mailed_token(&fabrikam.name).await).await)
}

async fn a_token_used_twice() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.newcomer("fabrikam", "DE").await;
    let token = suite.mailed_token(&fabrikam.name).await;
    let first = fabrikam.people.verify_email(&token).await;
    played(fabrikam.people.verify_email(&token).await, first)
}

async fn a_review_before_the_new_address_is_verified() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.newcomer("fabrikam", "DE").await;
    fabrikam.people.verify_email(&suite.mailed_token(&fabrikam.name).await).await.unwrap();
    suite.wait(SignedDuration::from_mins(1));
    change_contact_email(&fabrikam, "bo@fabrikam.example").await.unwrap();
    let refused = suite.pass_review(&fabrikam, ReviewStep::Employment).await;
    fabrikam.people.verify_email(&suite.mailed_token(&fabrikam.name).await).await.unwrap();
    played(refused, suite.pass_review(&fabrikam, ReviewStep::Employment).await)
}

async fn an_mpn_id_of_another_country() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let paris = suite.free_mpn_id(&fabrikam.organization, "FR", "paris").await;
    let berlin = suite.free_mpn_id(&fabrikam.organization, "DE", "berlin").await;
    played(associate(&fabrikam, &paris).await, associate(&fabrikam, &berlin).await)
}

async fn an_mpn_id_of_the_business_country_for_a_tenant_in_another_country() -> Played {
    let suite = Running::start().await;
    let company = suite.organization("fabrikam", "DE").await;
    let mut application = partner_profile("fabrikam", "DE", PartnerKind::IndirectReseller, &company);
    application.tenant = Some(Tenant {
        tenant_id: "fabrikam.example".to_owned(),
        country: "FR".to_owned(),
        ..Default::default()
    });
    let people = suite.partner("fabrikam.example");
    let recorded = registry::RecordPartnerRequest {
        partner_id: "fabrikam".to_owned(),
        profile: Some(application),
        evidence: Some(csp_proto::r#type::v1::Evidence {
            establish_date: "2019-06-30".to_owned(),
            source: "export".to_owned(),
        }),
        ..Default::default()
    };
    let partner = suite.operator().registry().record_partner(recorded).await.unwrap().into_inner().partner;
    assert_eq!(partner.unwrap().profile.unwrap().tenant.unwrap().country, "FR");
    let berlin = suite.free_mpn_id(&company, "DE", "berlin").await;
    let paris = suite.free_mpn_id(&company, "FR", "paris").await;
    let refused = people.associate_mpn_id("partners/fabrikam", &berlin).await;
    played(refused, people.associate_mpn_id("partners/fabrikam", &paris).await)
}

async fn an_mpn_id_of_another_company() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let litware = suite.organization("litware", "DE").await;
    let foreign = suite.free_mpn_id(&litware, "DE", "litware").await;
    let own = suite.free_mpn_id(&fabrikam.organization, "DE", "berlin").await;
    played(associate(&fabrikam, &foreign).await, associate(&fabrikam, &own).await)
}

async fn an_inactive_mpn_id() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let closed = registry::RegisterMpnIdRequest {
        mpn_id: "4711".to_owned(),
        organization: fabrikam.organization.clone(),
        kind: registry::MpnKind::Location.into(),
        country: "DE".to_owned(),
        active: Some(false),
        ..Default::default()
    };
    suite.operator().registry().register_mpn_id(closed).await.unwrap();
    let open = suite.free_mpn_id(&fabrikam.organization, "DE", "berlin").await;
    played(associate(&fabrikam, "mpnIds/4711").await, associate(&fabrikam, &open).await)
}

async fn an_mpn_id_of_another_account() -> Played {
    let suite = Running::start().await;
    let direct = suite.direct_bill("contoso", "DE").await;
    let reselling = PartnerKind::IndirectReseller;
    let reselling = suite.account("reselling", "DE", reselling, &direct.organization, "second.example").await;
    let free = suite.free_mpn_id(&direct.organization, "DE", "berlin").await;
    let people = suite.partner("second.example");
    let refused = people.associate_mpn_id(&reselling, &direct.mpn_id).await;
    played(refused, people.associate_mpn_id(&reselling, &free).await)
}

async fn a_sales_agent_signs() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.unsigned_seller("fabrikam", "DE", PartnerKind::IndirectReseller, "fabrikam").await;
    let sales_agent = fabrikam.people.with_roles(&[Role::SalesAgent]);
    let global_admin = fabrikam.people.with_roles(&[Role::GlobalAdmin]);
    played(sign(&sales_agent, &fabrikam.name).await, sign(&global_admin, &fabrikam.name).await)
}

async fn a_partner_under_review_signs() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.newcomer("fabrikam", "DE").await;
    let refused = sign(&fabrikam.people, &fabrikam.name).await;
    suite.authorize(&fabrikam).await;
    played(refused, sign(&fabrikam.people, &fabrikam.name).await)
}

async fn a_partner_without_an_mpn_id_signs() -> Played {
    let suite = Running::start().await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let refused = sign(&fabrikam.people, &fabrikam.name).await;
    suite.mpn_id(&fabrikam.organization, "DE", &fabrikam.name).await;
    played(refused, sign(&fabrikam.people, &fabrikam.name).await)
}

async fn a_provider_changes_its_own_listing() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let refused = write_listing(&contoso.people, &contoso).await;
    played(refused, write_listing(&suite.operator(), &contoso).await)
}

/// The people of Fabrikam, and their application for an account.
async fn applicant(suite: &Running, country: &str, kind: PartnerKind) -> (Party, registry::PartnerProfile) {
    let organization = suite.organization("fabrikam", country).await;
    (suite.partner("fabrikam.example"), partner_profile("fabrikam", country, kind, &organization))
}

/// Gives Fabrikam an authorized reseller account on another tenant.
async fn already_in_csp(suite: &Running, country: &str) {
    let reseller = PartnerKind::IndirectReseller;
    suite.account("reselling", country, reseller, "organizations/fabrikam", "reselling.example").await;
}

async fn change_contact_email(partner: &Seller, email: &str) -> Answer<registry::UpdatePartnerResponse> {
    let request = registry::UpdatePartnerRequest {
        partner: Some(registry::Partner {
            name: partner.name.clone(),
            profile: Some(registry::PartnerProfile {
                primary_contact: Some(csp_proto::r#type::v1::Contact {
                    email: email.to_owned(),
                    ..Default::default()
                }),
                ..Default::default()
            }),
            ..Default::default()
        }),
        update_mask: Some(mask(&["profile.primary_contact"])),
        ..Default::default()
    };
    partner.people.registry().update_partner(request).await
}

async fn resend_token(partner: &Seller) {
    let request =
        registry::ResendContactEmailTokenRequest { name: partner.name.clone(), ..Default::default() };
    partner.people.registry().resend_contact_email_token(request).await.unwrap();
}

async fn associate(partner: &Seller, mpn_id: &str) -> Answer<registry::AssociateMpnIdResponse> {
    partner.people.associate_mpn_id(&partner.name, mpn_id).await
}

async fn sign(signer: &Party, partner: &str) -> Answer<registry::SignPartnerAgreementResponse> {
    let request = registry::SignPartnerAgreementRequest {
        name: format!("{partner}/agreement"),
        signer_name: "Ada Signer".to_owned(),
        acceptance: Some(Attestation { attested: true, text_version: "2020".to_owned() }),
        ..Default::default()
    };
    signer.registry().sign_partner_agreement(request).await
}

fn no_personal_id() -> Attestation {
    Attestation { attested: true, ..Default::default() }
}

async fn write_listing(caller: &Party, provider: &Seller) -> Answer<registry::UpdateListingResponse> {
    let request = registry::UpdateListingRequest {
        listing: Some(registry::Listing {
            name: format!("{}/listing", provider.name),
            display_name: "Contoso Distribution".to_owned(),
            countries: vec!["DE".to_owned()],
            ..Default::default()
        }),
        update_mask: Some(mask(&["display_name", "countries"])),
        ..Default::default()
    };
    caller.registry().update_listing(request).await
}
