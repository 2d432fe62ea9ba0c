//! RPCs of the partner registry: companies, MPN IDs, partner accounts, users, agreements and the directory.

use std::collections::BTreeSet;

use csp_proto::partner_registry::v1 as registry;
use csp_proto::partner_registry::v1::{
    AgreementStatus, EnrollmentState, ReadinessStep, ReviewVerdict, Standing,
};
use csp_proto::policy::v1::Role;
use csp_proto::r#type::v1::partner_ref::Ref;
use csp_proto::r#type::v1::{Evidence, PartnerKind, PartnerRef};
use csp_service::wire::id_of;
use csp_tests::{
    Party, Running, Seller, by_account, evidence, mask, on_tenant, partner_profile, refusal_of, role_set,
};
use jiff::SignedDuration;
use tonic::Code;

use crate::scene::Scene;
use crate::users::{GLOBAL, SALES, created, delete_user, set_roles};

pub(crate) const SCENES: &[Scene<()>] = &[
    scene!(a_stranger_learns_nothing_of_the_users_of_a_partner()),
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
    scene!(regions_and_countries_are_read_for_any_day()),
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
    let filter = registry::OrganizationFilter {
        affiliation_group: "affiliationGroups/family".to_owned(),
        ..Default::default()
    };
    let of_the_family = registry::ListOrganizationsRequest { filter: Some(filter), ..Default::default() };
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
        group: Some("affiliationGroups/family".to_owned()),
        since_date: "2025-01-01".to_owned(),
        ..Default::default()
    };
    let joined = operator.set_affiliation(joins.clone()).await.unwrap().into_inner().organization.unwrap();
    let group = registry::Affiliation {
        group: "affiliationGroups/family".to_owned(),
        since_date: joins.since_date.clone(),
        until_date: String::new(),
    };
    assert_eq!(joined.affiliations, [group]);
    let absent = registry::SetAffiliationRequest { group: None, ..joins.clone() };
    assert_eq!(refusal_of(operator.set_affiliation(absent).await).fields, ["group"]);
    let earlier = registry::SetAffiliationRequest {
        group: Some(String::new()),
        since_date: "2024-12-31".to_owned(),
        ..joins
    };
    assert_eq!(refusal_of(operator.set_affiliation(earlier).await).reason, "STATE_CONFLICT");
}

async fn mpn_ids_are_registered_and_listed() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let mut operator = suite.operator().registry();
    let headquarters = registry::RegisterMpnIdRequest {
        mpn_id: "4711".to_owned(),
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
    let read = registry::GetMpnIdRequest { name: "mpnIds/4711".to_owned() };
    let own = contoso.people.registry().get_mpn_id(read.clone()).await.unwrap().into_inner().mpn_id;
    assert_eq!(own, Some(registered));
    assert_eq!(refusal_of(fabrikam.people.registry().get_mpn_id(read).await).reason, "NOT_FOUND");
    let elsewhere = registry::ListMpnIdsRequest { page_token: "made-up".to_owned(), ..Default::default() };
    assert_eq!(refusal_of(operator.list_mpn_ids(elsewhere).await).reason, "PAGE_TOKEN_INVALID");
}

async fn partner_accounts_are_recorded() {
    let suite = Running::start().await;
    let organization = suite.organization("contoso", "DE").await;
    let mut operator = suite.operator().registry();
    let request = registry::RecordPartnerRequest {
        partner_id: "contoso".to_owned(),
        profile: Some(on_tenant(
            "contoso.example",
            partner_profile("contoso", "DE", PartnerKind::IndirectProvider, &organization),
        )),
        evidence: Some(evidence("2026-11-22")),
        ..Default::default()
    };
    assert_eq!(
        refusal_of(operator.record_partner(request.clone()).await).fields,
        ["evidence.establish_date"]
    );
    let request = registry::RecordPartnerRequest { evidence: Some(evidence("2019-06-30")), ..request };
    let recorded = operator.record_partner(request).await.unwrap().into_inner().partner.unwrap();
    assert_eq!(recorded.enrollment_state(), EnrollmentState::Authorized);
    assert_eq!((recorded.region.as_str(), recorded.standing()), ("regions/europe", Standing::Active));
}

async fn partner_accounts_are_read() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let read = registry::GetPartnerRequest { name: contoso.name.clone() };
    let own =
        contoso.people.registry().get_partner(read.clone()).await.unwrap().into_inner().partner.unwrap();
    assert_eq!(own.profile.unwrap().tenant.unwrap().tenant_id, "contoso.example");
    let other =
        fabrikam.people.registry().get_partner(read.clone()).await.unwrap().into_inner().partner.unwrap();
    assert_eq!(
        (other.region.as_str(), other.profile.unwrap().tenant),
        ("regions/europe", None),
        "other partners see the region, but not the tenant"
    );
    let outsider = suite.partner("nobody.example");
    assert_eq!(refusal_of(outsider.registry().get_partner(read).await).reason, "NOT_FOUND");

    let names = vec![fabrikam.name.clone(), "partners/unknown".to_owned(), contoso.name.clone()];
    let batch = registry::BatchGetPartnersRequest { names };
    let answer = contoso.people.registry().batch_get_partners(batch).await.unwrap().into_inner();
    assert_eq!(answer.missing, ["partners/unknown"]);
    assert!(answer.partners.iter().map(|partner| &partner.name).eq([&fabrikam.name, &contoso.name]));
    let names = vec![fabrikam.name.clone(), contoso.name.clone(), contoso.name.clone()];
    suite.customer_of("tailspin", "DE", &contoso, None).await;
    let mut served = suite.customer("tailspin.tenant").registry();
    let batch = registry::BatchGetPartnersRequest { names };
    let answer = served.batch_get_partners(batch).await.unwrap().into_inner();
    let contoso_as_one = registry::GetPartnerRequest { name: contoso.name.clone() };
    let contoso_as_one = served.get_partner(contoso_as_one).await.unwrap().into_inner().partner.unwrap();
    assert_eq!(answer.missing, [fabrikam.name.as_str()], "it does not serve this customer");
    assert_eq!(answer.partners, [contoso_as_one.clone(), contoso_as_one]);
    let too_many = registry::BatchGetPartnersRequest { names: vec![contoso.name.clone(); 101] };
    assert_eq!(refusal_of(contoso.people.registry().batch_get_partners(too_many).await).fields, ["names"]);
}

async fn partner_accounts_are_listed() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    suite.newcomer("litware", "DE").await;
    let filter = registry::PartnerFilter {
        kind: PartnerKind::IndirectReseller.into(),
        states: vec![EnrollmentState::Authorized.into()],
        ..Default::default()
    };
    let resellers = registry::ListPartnersRequest { filter: Some(filter), ..Default::default() };
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
        name: format!("{}/agreement", fabrikam.name),
        text_version: "2020".to_owned(),
        signer_name: "Ada Signer".to_owned(),
        evidence: Some(Evidence { establish_date: "2020-03-01".to_owned(), source: "scan 17".to_owned() }),
        ..Default::default()
    };
    let refusal = refusal_of(operator.record_partner_agreement(request.clone()).await);
    refusal.must_be(Code::FailedPrecondition, &[("AGR-05", "MPN_NOT_ASSOCIATED")]);
    suite.mpn_id(&fabrikam.organization, "DE", &fabrikam.name).await;
    let recorded = operator.record_partner_agreement(request).await.unwrap().into_inner().agreement.unwrap();
    assert_eq!((recorded.region.as_str(), recorded.sign_date.as_str()), ("regions/europe", "2020-03-01"));
    let read = registry::GetPartnerAgreementRequest { name: recorded.name.clone() };
    let own = fabrikam.people.registry().get_partner_agreement(read.clone()).await.unwrap().into_inner();
    assert_eq!(own.agreement, Some(recorded));
    let stranger = suite.provider("contoso", "DE").await;
    assert_eq!(refusal_of(stranger.people.registry().get_partner_agreement(read).await).reason, "NOT_FOUND");
}

async fn a_provider_reads_whether_resellers_have_signed() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let (direct, elsewhere) =
        (suite.direct_bill("direct", "DE").await, suite.reseller("elsewhere", "US").await);
    let unsigned = suite.unsigned_seller("unsigned", "FR", PartnerKind::IndirectReseller, "unsigned").await;
    let keys = [
        Ref::TenantId("nobody.example".to_owned()),
        Ref::MpnId(id_of(&elsewhere.mpn_id).to_owned()),
        Ref::MpnId(id_of(&direct.mpn_id).to_owned()),
        Ref::TenantId("unsigned.example".to_owned()),
        Ref::Partner(fabrikam.name),
    ];
    assert_eq!(unsigned.people.tenant, "unsigned.example");
    let partners = keys.map(|named| PartnerRef { r#ref: Some(named) }).to_vec();
    let request = registry::GetAgreementStatusRequest { partners, ..Default::default() };
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
    assert_eq!(refusal_of(provider.get_agreement_status(nothing).await).fields, ["partners"]);
}

async fn the_steps_that_a_partner_lacks_before_it_can_sell_are_named() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let fabrikam = suite.reseller_not_onboarded("fabrikam", "DE").await;
    let request =
        registry::GetTransactReadinessRequest { partner: by_account(&fabrikam.name), ..Default::default() };
    let mut provider = contoso.people.registry();
    let answer = provider.get_transact_readiness(request.clone()).await.unwrap().into_inner();
    let readiness = answer.readiness.unwrap();
    assert!(!readiness.ready);
    assert!(readiness.missing().eq([ReadinessStep::Onboarded, ReadinessStep::AgreementSigned]));
    let outsider = suite.partner("nobody.example");
    assert_eq!(refusal_of(outsider.registry().get_transact_readiness(request).await).reason, "NOT_FOUND");

    let unknown = PartnerRef { r#ref: Some(Ref::MpnId("999".to_owned())) };
    let partners = vec![unknown.clone(), by_account(&fabrikam.name).unwrap()];
    let several = registry::BatchGetTransactReadinessRequest { partners, ..Default::default() };
    let answer = provider.batch_get_transact_readiness(several).await.unwrap().into_inner();
    assert_eq!((answer.readiness, answer.missing), (vec![readiness], vec![unknown]));
    let nobody = registry::BatchGetTransactReadinessRequest::default();
    assert_eq!(refusal_of(provider.batch_get_transact_readiness(nobody).await).fields, ["partners"]);
}

async fn the_users_of_a_partner_are_listed() {
    let suite = Running::start().await;
    let (contoso, fabrikam) = provider_and_reseller(&suite).await;
    let sam = registry::CreateUserRequest {
        parent: fabrikam.name.clone(),
        user_id: "sam".to_owned(),
        subject: "sam@fabrikam.example".to_owned(),
        display_name: "Sam Sales".to_owned(),
        email: "sam@fabrikam.example".to_owned(),
        roles: role_set(&[Role::SalesAgent]),
        ..Default::default()
    };
    let unstated = registry::CreateUserRequest { roles: None, ..sam.clone() };
    assert_eq!(refusal_of(fabrikam.people.registry().create_user(unstated).await).fields, ["roles"]);
    let sam = fabrikam.people.registry().create_user(sam).await.unwrap().into_inner().user;
    let absent = registry::SetUserRolesRequest {
        name: "partners/fabrikam/users/sam".to_owned(),
        ..Default::default()
    };
    assert_eq!(refusal_of(fabrikam.people.registry().set_user_roles(absent).await).fields, ["roles"]);
    let request = registry::ListUsersRequest { parent: fabrikam.name.clone(), ..Default::default() };
    let listed = fabrikam.people.registry().list_users(request.clone()).await.unwrap().into_inner().users;
    assert!(listed.iter().map(|user| user.name.as_str()).eq(["partners/fabrikam/users/sam"]));
    assert_eq!(refusal_of(contoso.people.registry().list_users(request.clone()).await).reason, "NOT_FOUND");
    let read = registry::GetUserRequest { name: "partners/fabrikam/users/sam".to_owned() };
    assert_eq!(refusal_of(contoso.people.registry().get_user(read.clone()).await).reason, "NOT_FOUND");
    suite.partnership(&contoso, &fabrikam).await;
    assert_eq!(contoso.people.registry().get_user(read).await.unwrap().into_inner().user, sam);
    assert_eq!(contoso.people.registry().list_users(request).await.unwrap().into_inner().users.len(), 1);
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
    let write = registry::UpdateListingRequest {
        listing: Some(listing),
        update_mask: Some(mask(&["display_name", "countries", "offerings"])),
        ..Default::default()
    };
    suite.operator().registry().update_listing(write).await.unwrap();
    let written = fabrikam.people.registry().get_listing(read).await.unwrap().into_inner().listing.unwrap();
    assert_eq!(written.region, "regions/europe");

    assert_eq!(found(&fabrikam.people, "FR", "distri").await, [written]);
    assert_eq!(found(&fabrikam.people, "IT", "distri").await, []);
    let elsewhere =
        registry::SearchProvidersRequest { page_token: "made-up".to_owned(), ..Default::default() };
    let refusal = refusal_of(fabrikam.people.registry().search_providers(elsewhere).await);
    assert_eq!(refusal.reason, "PAGE_TOKEN_INVALID");
}

async fn regions_and_countries_are_read_for_any_day() {
    let suite = Running::start().await;
    let mut anybody = suite.customer("stranger.example").regions();
    let read = registry::GetCountryRequest { name: "countries/GU".to_owned(), ..Default::default() };
    let guam = anybody.get_country(read.clone()).await.unwrap().into_inner().country.unwrap();
    assert_eq!((guam.display_name.as_str(), guam.region.as_str()), ("Guam", "regions/united-states"));
    let then = registry::GetCountryRequest { as_of_date: "2023-08-16".to_owned(), ..read };
    let guam = anybody.get_country(then).await.unwrap().into_inner().country.unwrap();
    assert_eq!(guam.region, "regions/australia");
    let unassigned = registry::GetCountryRequest { name: "countries/ZZ".to_owned(), ..Default::default() };
    assert_eq!(refusal_of(anybody.get_country(unassigned).await).reason, "NOT_FOUND");

    let read = registry::GetRegionRequest { name: "regions/india".to_owned(), ..Default::default() };
    let india = anybody.get_region(read).await.unwrap().into_inner().region.unwrap();
    assert_eq!((india.display_name.as_str(), india.currencies), ("India", vec!["INR".to_owned()]));
    let unknown = registry::GetRegionRequest { name: "regions/atlantis".to_owned(), ..Default::default() };
    assert_eq!(refusal_of(anybody.get_region(unknown).await).reason, "NOT_FOUND");

    let listed = anybody.list_regions(registry::ListRegionsRequest::default()).await.unwrap().into_inner();
    assert_eq!(listed.regions.len(), 16);
    let undated = registry::ListRegionsRequest { as_of_date: "today".to_owned(), ..Default::default() };
    assert_eq!(refusal_of(anybody.list_regions(undated).await).fields, ["as_of_date"]);

    let filter = registry::CountryFilter { region: "regions/canada".to_owned() };
    let of_canada =
        registry::ListCountriesRequest { filter: Some(filter), page_size: 1, ..Default::default() };
    let first = anybody.list_countries(of_canada.clone()).await.unwrap().into_inner();
    let next = registry::ListCountriesRequest { page_token: first.next_page_token, ..of_canada };
    let second = anybody.list_countries(next.clone()).await.unwrap().into_inner();
    let names: Vec<&str> =
        first.countries.iter().chain(&second.countries).map(|country| country.name.as_str()).collect();
    assert_eq!((names, second.next_page_token), (vec!["countries/CA", "countries/PM"], String::new()));
    let elsewhere = registry::ListCountriesRequest { filter: None, ..next };
    assert_eq!(refusal_of(anybody.list_countries(elsewhere).await).reason, "PAGE_TOKEN_INVALID");
}

async fn found(caller: &Party, country: &str, text: &str) -> Vec<registry::Listing> {
    let filter = registry::ListingFilter {
        country: country.to_owned(),
        region: "regions/europe".to_owned(),
        text: text.to_owned(),
        offerings: vec![registry::ProviderOffering::Financing.into()],
    };
    let request = registry::SearchProvidersRequest { filter: Some(filter), ..Default::default() };
    caller.registry().search_providers(request).await.unwrap().into_inner().listings
}

async fn provider_and_reseller(suite: &Running) -> (Seller, Seller) {
    (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "DE").await)
}

async fn a_stranger_learns_nothing_of_the_users_of_a_partner() {
    let suite = Running::start().await;
    let (fabrikam, stranger) =
        (suite.reseller("fabrikam", "DE").await, suite.reseller("stranger", "DE").await);
    let admin = created(&fabrikam, "ana", GLOBAL).await;
    let agent = created(&fabrikam, "sam", SALES).await;
    let absent = format!("{}/users/nobody", fabrikam.name);
    let mut told = BTreeSet::new();
    for user in [&admin, &agent, &absent] {
        for roles in [SALES, GLOBAL] {
            let refused = refusal_of(set_roles(&stranger.people, user, roles).await);
            let decision = suite.operator().stored_decision(&refused.decision).await;
            assert!(decision.revisions.iter().all(|read| read.resource != *user), "{decision:?}");
            told.insert((roles.len(), roles == GLOBAL, refused.violations));
        }
        let refused = refusal_of(delete_user(&stranger.people, user).await);
        assert_eq!(refused.violations, [("PSH-06".to_owned(), "PROVIDER_ADMIN_ACCESS_MISSING".to_owned())]);
    }
    assert_eq!(told.len(), 2, "the refusal depends on the request alone: {told:?}");
}
