//! RPCs of the partner registry: companies, MPN IDs, partner accounts, users, agreements and the directory.

use csp_proto::partner_registry::v1 as registry;
use csp_proto::partner_registry::v1::agreement_query::Key;
use csp_proto::partner_registry::v1::{
    AgreementStatus, EnrollmentState, ReadinessStep, ReviewVerdict, Standing,
};
use csp_proto::r#type::v1::{Evidence, PartnerKind};
use csp_tests::{Party, Running, Seller, enrollment, evidence, refusal_of};
use jiff::SignedDuration;
use tonic::Code;

use crate::scene::Scene;

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(companies_are_registered_and_read()),
    scene!(companies_are_listed()),
    scene!(a_company_joins_a_group_of_affiliates()),
    scene!(mpn_ids_are_registered_and_listed()),
    scene!(partner_accounts_are_recorded()),
    scene!(partner_accounts_are_read()),
    scene!(partner_accounts_are_listed()),
    scene!(an_email_verification_token_is_sent_again()),
    scene!(a_rejected_partner_appeals()),
    scene!(the_standing_of_a_partner_is_changed()),
    scene!(a_signed_partner_agreement_is_recorded()),
    scene!(a_provider_reads_whether_resellers_have_signed()),
    scene!(the_steps_that_a_partner_lacks_before_it_can_sell_are_named()),
    scene!(the_users_of_a_partner_are_listed()),
    scene!(the_provider_directory_is_searched()),
];

async fn companies_are_registered_and_read() {
    let suite = Running::start().await;
    let mut operator = suite.operator().registry();
    let request = registry::CreateOrganizationRequest {
        organization_id: "contoso".to_owned(),
        legal_name: "Contoso GmbH".to_owned(),
        country: "DE".to_owned(),
        ..Default::default()
    };
    let created = operator.create_organization(request.clone()).await.unwrap().into_inner().organization;
    let refusal = refusal_of(operator.create_organization(request).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::AlreadyExists, "RESOURCE_ALREADY_EXISTS"));

    let read = registry::GetOrganizationRequest { name: "organizations/contoso".to_owned() };
    assert_eq!(operator.get_organization(read.clone()).await.unwrap().into_inner().organization, created);
    let stranger = suite.reseller("fabrikam", "DE").await;
    assert_eq!(refusal_of(stranger.people.registry().get_organization(read).await).reason, "NOT_FOUND");
}

async fn companies_are_listed() {
    let suite = Running::start().await;
    suite.organization("alone", "DE").await;
    let (contoso, litware) =
        (suite.organization("contoso", "DE").await, suite.organization("litware", "FR").await);
    suite.affiliates(&[&contoso, &litware]).await;
    let mut operator = suite.operator().registry();
    let of_the_family = registry::ListOrganizationsRequest {
        affiliation_group: "affiliationGroups/family".to_owned(),
        ..Default::default()
    };
    let listed = operator.list_organizations(of_the_family.clone()).await.unwrap().into_inner().organizations;
    assert!(listed.iter().map(|company| &company.name).eq([&contoso, &litware]));

    let fabrikam = suite.reseller("fabrikam", "DE").await;
    let refusal = refusal_of(fabrikam.people.registry().list_organizations(of_the_family).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::PermissionDenied, "ROLE_MISSING"));
}

async fn a_company_joins_a_group_of_affiliates() {
    let suite = Running::start().await;
    let name = suite.organization("contoso", "DE").await;
    let mut operator = suite.operator().registry();
    let joins = registry::SetAffiliationRequest {
        name,
        group: "affiliationGroups/family".to_owned(),
        since: "2025-01-01".to_owned(),
        ..Default::default()
    };
    let joined = operator.set_affiliation(joins.clone()).await.unwrap().into_inner().organization.unwrap();
    let group = registry::Affiliation {
        group: joins.group.clone(),
        since: joins.since.clone(),
        until: String::new(),
    };
    assert_eq!(joined.affiliations, [group]);
    let earlier =
        registry::SetAffiliationRequest { group: String::new(), since: "2024-12-31".to_owned(), ..joins };
    assert_eq!(refusal_of(operator.set_affiliation(earlier).await).reason, "STATE_CONFLICT");
}

async fn mpn_ids_are_registered_and_listed() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let mut operator = suite.operator().registry();
    let headquarters = registry::RegisterMpnIdRequest {
        number: "4711".to_owned(),
        organization: contoso.organization.clone(),
        kind: registry::MpnKind::Global.into(),
        country: "DE".to_owned(),
        ..Default::default()
    };
    let registered =
        operator.register_mpn_id(headquarters.clone()).await.unwrap().into_inner().mpn_id.unwrap();
    assert!(registered.active && registered.partner.is_empty());
    assert_eq!(refusal_of(operator.register_mpn_id(headquarters).await).reason, "RESOURCE_ALREADY_EXISTS");

    let all = registry::ListMpnIdsRequest::default();
    let listed = fabrikam.people.registry().list_mpn_ids(all).await.unwrap().into_inner().mpn_ids;
    assert!(
        listed.iter().map(|mpn_id| &mpn_id.name).eq([&fabrikam.mpn_id]),
        "a partner sees the MPN IDs of its own company only"
    );
    let elsewhere = registry::ListMpnIdsRequest { page_token: "made-up".to_owned(), ..Default::default() };
    assert_eq!(refusal_of(operator.list_mpn_ids(elsewhere).await).reason, "PAGE_TOKEN_INVALID");
}

async fn partner_accounts_are_recorded() {
    let suite = Running::start().await;
    let organization = suite.organization("contoso", "DE").await;
    let mut operator = suite.operator().registry();
    let request = registry::RecordPartnerRequest {
        partner_id: "contoso".to_owned(),
        tenant: "contoso.example".to_owned(),
        enrollment: Some(enrollment("contoso", "DE", PartnerKind::IndirectProvider, &organization)),
        evidence: Some(evidence("2026-11-22")),
        ..Default::default()
    };
    assert_eq!(refusal_of(operator.record_partner(request.clone()).await).fields, ["evidence.date"]);
    let request = registry::RecordPartnerRequest { evidence: Some(evidence("2019-06-30")), ..request };
    let recorded = operator.record_partner(request).await.unwrap().into_inner().partner.unwrap();
    assert_eq!(recorded.enrollment_state(), EnrollmentState::Authorized);
    assert_eq!((recorded.region.as_str(), recorded.standing()), ("Europe", Standing::Active));
}

async fn partner_accounts_are_read() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let read = registry::GetPartnerRequest { name: contoso.name.clone() };
    let own =
        contoso.people.registry().get_partner(read.clone()).await.unwrap().into_inner().partner.unwrap();
    assert_eq!(own.tenant, "contoso.example");
    let other =
        fabrikam.people.registry().get_partner(read.clone()).await.unwrap().into_inner().partner.unwrap();
    assert_eq!(
        (other.region.as_str(), other.tenant.as_str()),
        ("Europe", ""),
        "other partners see the region, but not the tenant"
    );
    let outsider = suite.partner("nobody.example");
    assert_eq!(refusal_of(outsider.registry().get_partner(read).await).reason, "NOT_FOUND");

    let names = vec![fabrikam.name.clone(), "partners/unknown".to_owned(), contoso.name.clone()];
    let batch = registry::BatchGetPartnersRequest { names };
    let found = contoso.people.registry().batch_get_partners(batch).await.unwrap().into_inner().partners;
    assert!(found.iter().map(|partner| &partner.name).eq([&fabrikam.name, &contoso.name]));
    let too_many = registry::BatchGetPartnersRequest { names: vec![contoso.name.clone(); 101] };
    assert_eq!(refusal_of(contoso.people.registry().batch_get_partners(too_many).await).fields, ["names"]);
}

async fn partner_accounts_are_listed() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    suite.newcomer("litware", "DE").await;
    let resellers = registry::ListPartnersRequest {
        kind: PartnerKind::IndirectReseller.into(),
        enrollment_state: EnrollmentState::Authorized.into(),
        ..Default::default()
    };
    let mut provider = contoso.people.registry();
    let listed = provider.list_partners(resellers.clone()).await.unwrap().into_inner().partners;
    assert!(listed.iter().map(|partner| &partner.name).eq([&fabrikam.name]));
    let elsewhere = registry::ListPartnersRequest { page_token: "made-up".to_owned(), ..resellers };
    assert_eq!(refusal_of(provider.list_partners(elsewhere).await).reason, "PAGE_TOKEN_INVALID");
}

async fn an_email_verification_token_is_sent_again() {
    let suite = Running::start().await;
    let litware = suite.newcomer("litware", "DE").await;
    let request =
        registry::ResendContactEmailTokenRequest { name: litware.name.clone(), ..Default::default() };
    let mut people = litware.people.registry();
    let too_soon = refusal_of(people.resend_contact_email_token(request.clone()).await);
    assert_eq!((too_soon.code, too_soon.reason.as_str()), (Code::ResourceExhausted, "LIMIT_EXCEEDED"));
    suite.wait(SignedDuration::from_mins(1));
    let sent = people.resend_contact_email_token(request.clone()).await.unwrap().into_inner();
    assert_eq!(sent.email, "ada@litware.example");
    suite.authorize(&litware).await;
    assert_eq!(refusal_of(people.resend_contact_email_token(request).await).reason, "STATE_CONFLICT");
}

async fn a_rejected_partner_appeals() {
    let suite = Running::start().await;
    let litware = suite.newcomer("litware", "DE").await;
    let appeal = registry::AppealEnrollmentRequest {
        name: litware.name.clone(),
        statement: "We moved: the register shows our former address.".to_owned(),
        ..Default::default()
    };
    let mut people = litware.people.registry();
    assert_eq!(refusal_of(people.appeal_enrollment(appeal.clone()).await).reason, "STATE_CONFLICT");
    let rejection = registry::ReviewEnrollmentRequest {
        name: litware.name.clone(),
        step: registry::ReviewStep::EmailOwnership.into(),
        verdict: ReviewVerdict::Reject.into(),
        reason: "The address is not in the register.".to_owned(),
        ..Default::default()
    };
    suite.operator().registry().review_enrollment(rejection).await.unwrap();
    let again = people.appeal_enrollment(appeal).await.unwrap().into_inner().partner.unwrap();
    assert_eq!(again.enrollment_state(), EnrollmentState::Pending);
    assert!(again.rejection_reason.is_empty());
}

async fn the_standing_of_a_partner_is_changed() {
    let suite = Running::start().await;
    let litware = suite.newcomer("litware", "DE").await;
    let mut operator = suite.operator().registry();
    let request = registry::SetPartnerStandingRequest {
        name: litware.name.clone(),
        standing: Standing::Restricted.into(),
        reason: "invoices are overdue".to_owned(),
        ..Default::default()
    };
    assert_eq!(refusal_of(operator.set_partner_standing(request.clone()).await).reason, "STATE_CONFLICT");
    suite.authorize(&litware).await;
    let changed = operator.set_partner_standing(request).await.unwrap().into_inner().partner.unwrap();
    assert_eq!(changed.standing(), Standing::Restricted);
}

async fn a_signed_partner_agreement_is_recorded() {
    let suite = Running::start().await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let mut operator = suite.operator().registry();
    let request = registry::RecordPartnerAgreementRequest {
        partner: fabrikam.name.clone(),
        agreement_version: "2020".to_owned(),
        signer: "Ada Signer".to_owned(),
        evidence: Some(Evidence { date: "2020-03-01".to_owned(), source: "scan 17".to_owned() }),
        ..Default::default()
    };
    let refusal = refusal_of(operator.record_partner_agreement(request.clone()).await);
    refusal.must_be(Code::FailedPrecondition, &[("AGR-05", "MPN_NOT_ASSOCIATED")]);
    suite.mpn_id(&fabrikam.organization, "DE", &fabrikam.name).await;
    let recorded = operator.record_partner_agreement(request).await.unwrap().into_inner().agreement.unwrap();
    assert_eq!((recorded.region.as_str(), recorded.sign_date.as_str()), ("Europe", "2020-03-01"));
}

async fn a_provider_reads_whether_resellers_have_signed() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let (direct, elsewhere) =
        (suite.direct_bill("direct", "DE").await, suite.reseller("elsewhere", "US").await);
    let unsigned = suite.unsigned_seller("unsigned", "FR", PartnerKind::IndirectReseller, "unsigned").await;
    let keys = [
        Key::Tenant("nobody.example".to_owned()),
        Key::MpnId(elsewhere.mpn_id),
        Key::MpnId(direct.mpn_id),
        Key::Tenant("unsigned.example".to_owned()),
        Key::MpnId(fabrikam.mpn_id),
    ];
    assert_eq!(unsigned.people.tenant, "unsigned.example");
    let queries = keys.map(|key| registry::AgreementQuery { key: Some(key) }).to_vec();
    let request = registry::GetAgreementStatusRequest { queries };
    let mut provider = contoso.people.registry();
    let answers = provider.get_agreement_status(request).await.unwrap().into_inner().answers;
    let statuses: Vec<AgreementStatus> = answers.iter().map(registry::AgreementAnswer::status).collect();
    let expected = [
        AgreementStatus::UnknownId,
        AgreementStatus::OtherRegion,
        AgreementStatus::NotAReseller,
        AgreementStatus::Unsigned,
        AgreementStatus::Signed,
    ];
    assert_eq!(statuses, expected);
    assert_eq!(answers[4].sign_date, "2020-03-01");
    let nothing = registry::GetAgreementStatusRequest::default();
    assert_eq!(refusal_of(provider.get_agreement_status(nothing).await).fields, ["queries"]);
}

async fn the_steps_that_a_partner_lacks_before_it_can_sell_are_named() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let request = registry::GetTransactReadinessRequest { name: fabrikam.name.clone() };
    let answer =
        contoso.people.registry().get_transact_readiness(request.clone()).await.unwrap().into_inner();
    assert!(!answer.ready);
    assert!(answer.missing().eq([ReadinessStep::Onboarded, ReadinessStep::AgreementSigned]));
    let outsider = suite.partner("nobody.example");
    assert_eq!(refusal_of(outsider.registry().get_transact_readiness(request).await).reason, "NOT_FOUND");
}

async fn the_users_of_a_partner_are_listed() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let sam = registry::AddUserRequest {
        parent: fabrikam.name.clone(),
        user_id: "sam".to_owned(),
        subject: "sam@fabrikam.example".to_owned(),
        display_name: "Sam Sales".to_owned(),
        email: "sam@fabrikam.example".to_owned(),
        roles: vec![registry::UserRole::SalesAgent.into()],
        ..Default::default()
    };
    fabrikam.people.registry().add_user(sam).await.unwrap();
    let request = registry::ListUsersRequest { parent: fabrikam.name.clone(), ..Default::default() };
    let listed = fabrikam.people.registry().list_users(request.clone()).await.unwrap().into_inner().users;
    assert!(listed.iter().map(|user| user.name.as_str()).eq(["partners/fabrikam/users/sam"]));
    assert_eq!(refusal_of(contoso.people.registry().list_users(request).await).reason, "NOT_FOUND");
}

async fn the_provider_directory_is_searched() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let listing = registry::Listing {
        name: format!("{}/listing", contoso.name),
        display_name: "Contoso Distribution".to_owned(),
        countries: vec!["FR".to_owned(), "DE".to_owned()],
        offerings: vec![registry::ProviderOffering::Financing.into()],
        ..Default::default()
    };
    let read = registry::GetListingRequest { name: listing.name.clone() };
    assert_eq!(refusal_of(fabrikam.people.registry().get_listing(read.clone()).await).reason, "NOT_FOUND");
    let write = registry::UpdateListingRequest { listing: Some(listing), ..Default::default() };
    suite.operator().registry().update_listing(write).await.unwrap();
    let written = fabrikam.people.registry().get_listing(read).await.unwrap().into_inner().listing.unwrap();
    assert_eq!(written.region, "Europe");

    assert_eq!(found(&fabrikam.people, "FR", "distri").await, [written]);
    assert_eq!(found(&fabrikam.people, "IT", "distri").await, []);
    let elsewhere =
        registry::SearchProvidersRequest { page_token: "made-up".to_owned(), ..Default::default() };
    let refusal = refusal_of(fabrikam.people.registry().search_providers(elsewhere).await);
    assert_eq!(refusal.reason, "PAGE_TOKEN_INVALID");
}

async fn found(caller: &Party, country: &str, text: &str) -> Vec<registry::Listing> {
    let request = registry::SearchProvidersRequest {
        country: country.to_owned(),
        region: "Europe".to_owned(),
        text: text.to_owned(),
        offerings: vec![registry::ProviderOffering::Financing.into()],
        ..Default::default()
    };
    caller.registry().search_providers(request).await.unwrap().into_inner().listings
}

async fn provider_and_reseller(suite: &Running) -> (Seller, Seller) {
    (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "DE").await)
}
