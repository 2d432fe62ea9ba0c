//! Rules for the creation of a customer, its agreement and its setup information.

use csp_proto::customer::v1::{
    AddCustomerWithOrderRequest, AgreementAttestation, CheckDomainRequest, ConfirmCustomerAgreementRequest,
    ConfirmCustomerAgreementResponse, CreateCustomerRequest, CreateCustomerResponse, GetCustomerRequest,
    RecordCustomerRequest, RevealSetupInfoRequest,
};
use csp_proto::partner_registry::v1::Standing;
use csp_proto::relationship::v1::ListResellerRelationshipsRequest;
use csp_proto::r#type::v1::organization_ref::Ref;
use csp_proto::r#type::v1::{Cloud, CustomerProfile, OrganizationRef, PartnerKind};
use csp_tests::{
    Answer, Described, Running, Seller, agreement_of, attestation, attested, company, draft, evidence, lines,
    profile, refusal_of,
};

use crate::scene::{Case, Played, played};

#[rustfmt::skip]
pub(crate) const CASES: &[Case] = &[
    case!("CreateCustomer", "CUS-02", "RESELLER_CANNOT_CREATE_TENANT", a_reseller_creates_a_customer()),
    case!("CreateCustomer", "ENR-11", "PARTNER_NOT_ENROLLED", a_tenant_without_an_account_creates_a_customer()),
    case!("CreateCustomer", "ENR-14", "PARTNER_RESTRICTED", a_customer_for_a_reseller_whose_standing_is(Standing::Restricted)),
    case!("CreateCustomer", "ENR-14", "PARTNER_SUSPENDED", a_customer_for_a_reseller_whose_standing_is(Standing::Suspended)),
    case!("CreateCustomer", "ENR-14", "PARTNER_DEAUTHORIZED", a_customer_for_a_reseller_whose_standing_is(Standing::Deauthorized)),
    case!("CreateCustomer", "AGR-04", "RESELLER_NOT_ONBOARDED", a_customer_for_a_reseller_that_is_not_onboarded()),
    case!("CreateCustomer", "RGN-03", "COUNTRY_HAS_NO_CSP_REGION", a_customer_in_a_country_without_a_region()),
    case!("CreateCustomer", "RGN-02", "CUSTOMER_OUT_OF_REGION", a_customer_in_another_region()),
    case!("CreateCustomer", "RGN-04", "CLOUDS_DIFFER", a_customer_in_another_cloud()),
    case!("CreateCustomer", "RGN-04", "CHAIN_NOT_IN_CLOUD", a_customer_for_a_reseller_in_the_us_government_cloud()),
    case!("CreateCustomer", "CUS-13", "ORGANIZATION_UNDECLARED", a_customer_without_a_word_about_its_company()),
    case!("CreateCustomer", "CUS-13", "ORGANIZATION_UNDECLARED", a_record_without_a_word_about_the_company()),
    case!("CreateCustomer", "CUS-13", "ORGANIZATION_CONTRADICTED", a_customer_of_none_with_the_domain_of_a_company()),
    case!("CreateCustomer", "CUS-13", "ORGANIZATION_CONTRADICTED", a_customer_with_the_registration_id_of_another_company()),
    case!("CreateCustomer", "PSH-01", "PARTNERSHIP_NOT_ACTIVE", a_customer_for_a_reseller_without_a_partnership()),
    case!("CreateCustomer", "PSH-11", "RELATIONSHIP_TYPE_CONFLICT", a_customer_on_the_csp_tenant_of_the_sellers_own_reseller()),
    case!("CreateCustomer", "CUS-01", "DOMAIN_TAKEN", a_customer_with_the_domain_of_another_customer()),
    case!("CreateCustomer", "SAL-02", "CHAIN_NOT_SUPPORTED", a_partner_buys_from_a_provider_without_a_reseller()),
    case!("CreateCustomer", "SAL-03", "TENANT_IS_CSP_TENANT", a_customer_on_another_partners_csp_tenant()),
    case!("CreateCustomer", "SAL-04", "SELF_SALE", a_customer_that_is_the_sellers_own_company()),
    case!("CreateCustomer", "SAL-05", "AFFILIATE_SALE", a_customer_that_is_an_affiliate_of_the_seller()),
    case!("CreateCustomer", "AGR-03", "PARTNER_AGREEMENT_UNSIGNED", a_customer_for_a_reseller_that_has_not_signed()),
    case!("CreateCustomer", "ENR-15", "REGISTRATION_ID_REQUIRED", a_customer_in_hungary_without_a_registration_id()),
    case!("SubmitOrder", "SUB-08", "QUANTITY_OUT_OF_RANGE", a_customer_added_with_an_order_of_too_many_seats()),
    case!("ConfirmCustomerAgreement", "CUS-10", "RESELLER_CANNOT_ATTEST", a_reseller_attests_the_agreement()),
    case!("ConfirmCustomerAgreement", "CUS-10", "RESELLER_RELATIONSHIP_MISSING", a_partner_whose_relationship_ended_attests_the_agreement()),
    case!("ConfirmCustomerAgreement", "CUS-10", "ATTESTATION_MISSING", an_attestation_that_names_no_signer()),
    case!("ConfirmCustomerAgreement", "CUS-10", "AGREEMENT_DATE_IN_FUTURE", an_attestation_dated_two_days_ahead()),
    case!("RevealSetupInfo", "CUS-03", "SETUP_INFO_ALREADY_SHOWN", setup_information_is_revealed_twice()),
];

async fn create(seller: &Seller, wanted: CustomerProfile) -> Answer<CreateCustomerResponse> {
    seller.create_customer(wanted, None).await
}

async fn create_for(seller: &Seller, reseller: &Seller) -> Answer<CreateCustomerResponse> {
    seller.create_customer(profile("tailspin", "FR"), Some(reseller)).await
}

/// A provider and its reseller.
async fn chain(suite: &Running) -> (Seller, Seller) {
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    suite.partnership(&contoso, &fabrikam).await;
    (contoso, fabrikam)
}

/// A direct-bill partner and its customer, which has not accepted its agreement.
async fn unconfirmed(suite: &Running) -> (Seller, String) {
    let litware = suite.direct_bill("litware", "DE").await;
    let created = create(&litware, profile("tailspin", "FR")).await.unwrap().into_inner();
    (litware, created.customer.unwrap().name)
}

async fn attest(
    seller: &Seller,
    customer: &str,
    stated: AgreementAttestation,
) -> Answer<ConfirmCustomerAgreementResponse> {
    let request = ConfirmCustomerAgreementRequest {
        name: agreement_of(customer),
        attestation: Some(stated),
        ..Default::default()
    };
    seller.people.customers().confirm_customer_agreement(request).await
}

async fn a_reseller_creates_a_customer() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = chain(&suite).await;
    let wanted = profile("tailspin", "FR");
    played(create(&fabrikam, wanted.clone()).await, create(&contoso, wanted).await)
}

async fn a_tenant_without_an_account_creates_a_customer() -> Played {
    let suite = Running::start().await;
    let request = CreateCustomerRequest { profile: Some(profile("tailspin", "FR")), ..Default::default() };
    let refused = suite.partner("litware.example").customers().create_customer(request).await;
    let litware = suite.direct_bill("litware", "DE").await;
    played(refused, create(&litware, profile("tailspin", "FR")).await)
}

async fn a_customer_for_a_reseller_whose_standing_is(standing: Standing) -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = chain(&suite).await;
    suite.set_standing(&fabrikam.name, standing).await;
    let refused = create_for(&contoso, &fabrikam).await;
    suite.set_standing(&fabrikam.name, Standing::Active).await;
    played(refused, create_for(&contoso, &fabrikam).await)
}

async fn a_customer_for_a_reseller_that_is_not_onboarded() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = chain(&suite).await;
    // A reseller that is not onboarded can have neither a partnership nor an agreement.
    let newcomer = suite.reseller_not_onboarded("newcomer", "FR").await;
    played(create_for(&contoso, &newcomer).await, create_for(&contoso, &fabrikam).await)
}

async fn a_customer_without_a_word_about_its_company() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let refused = create(&litware, profile("tailspin", "FR").undeclared()).await;
    played(refused, create(&litware, profile("tailspin", "FR")).await)
}

async fn a_record_without_a_word_about_the_company() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let record = async |profile| {
        let request = RecordCustomerRequest {
            profile: Some(profile),
            seller: litware.name.clone(),
            evidence: Some(evidence("2022-06-01")),
            ..Default::default()
        };
        suite.operator().customers().record_customer(request).await
    };
    let refused = record(profile("tailspin", "FR").undeclared()).await;
    played(refused, record(profile("tailspin", "FR")).await)
}

/// The twin names an account of the company.
async fn a_customer_of_none_with_the_domain_of_a_company() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    suite.company_known_by("fabrikam", &["sales.fabrikam.example"], "").await;
    let wanted = profile("tailspin", "DE").at_domain("sales.fabrikam.example");
    let refused = create(&litware, wanted.clone()).await;
    let message = refused.as_ref().unwrap_err().message();
    assert!(!message.contains("partners/") && !message.contains("organizations/"), "{message}");
    let named = Ref::Partner("partners/fabrikam".to_owned());
    let organization = Some(OrganizationRef { r#ref: Some(named) });
    let twin = create(&litware, CustomerProfile { organization, ..wanted }).await;
    let created = twin.as_ref().unwrap().get_ref().customer.clone().unwrap();
    assert_eq!(created.profile.unwrap().organization, company("organizations/fabrikam"));
    played(refused, twin)
}

async fn a_customer_with_the_registration_id_of_another_company() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    suite.company_known_by("fabrikam", &[], "HRB 12345").await;
    let other = suite.organization("stranger", "DE").await;
    let of_other = |id: &str| profile("tailspin", "DE").of_company(&other).registered(id);
    played(create(&litware, of_other("hrb-12345")).await, create(&litware, of_other("hrb-12346")).await)
}

async fn a_customer_in_a_country_without_a_region() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    // Belarus has had no region since August 2023.
    let [refused, twin] = ["BY", "FR"].map(|country| profile("tailspin", country).registered("190000000"));
    played(create(&litware, refused).await, create(&litware, twin).await)
}

async fn a_customer_in_another_region() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let refused = create(&litware, profile("tailspin", "US")).await;
    played(refused, create(&litware, profile("tailspin", "FR")).await)
}

async fn a_customer_in_another_cloud() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let apart = profile("tailspin", "DE").in_cloud(Cloud::Germany);
    played(create(&litware, apart).await, create(&litware, profile("tailspin", "DE")).await)
}

async fn a_customer_for_a_reseller_in_the_us_government_cloud() -> Played {
    let suite = Running::start().await;
    let cloud = Cloud::UsGovernment;
    let contoso = suite.seller_in_cloud("contoso", "US", PartnerKind::IndirectProvider, cloud).await;
    let fabrikam = suite.seller_in_cloud("fabrikam", "US", PartnerKind::IndirectReseller, cloud).await;
    let agency = profile("agency", "US").in_cloud(cloud);
    let refused = contoso.create_customer(agency.clone(), Some(&fabrikam)).await;
    played(refused, create(&contoso, agency).await)
}

async fn a_customer_for_a_reseller_without_a_partnership() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = (suite.provider("contoso", "DE").await, suite.reseller("fabrikam", "FR").await);
    let refused = create_for(&contoso, &fabrikam).await;
    suite.partnership(&contoso, &fabrikam).await;
    played(refused, create_for(&contoso, &fabrikam).await)
}

async fn a_customer_on_the_csp_tenant_of_the_sellers_own_reseller() -> Played {
    let suite = Running::start().await;
    let (contoso, _) = chain(&suite).await;
    let own = profile("fabrikam", "FR").on_tenant("fabrikam.example");
    played(create(&contoso, own).await, create(&contoso, profile("fabrikam", "FR")).await)
}

async fn a_customer_with_the_domain_of_another_customer() -> Played {
    let suite = Running::start().await;
    let (litware, _) = unconfirmed(&suite).await;
    let twin = profile("wingtip", "FR");
    let request = |domain: &str| CreateCustomerRequest {
        profile: Some(twin.clone().at_domain(domain)),
        ..Default::default()
    };
    let mut customers = litware.people.customers();
    let refused = customers.create_customer(request("tailspin.example")).await;
    played(refused, customers.create_customer(request("wingtip.example")).await)
}

async fn a_partner_buys_from_a_provider_without_a_reseller() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = chain(&suite).await;
    let adatum = suite.direct_bill("adatum", "FR").await;
    let own = profile("adatum-own", "FR").of_company(&adatum.organization);
    let refused = create(&contoso, own.clone()).await;
    played(refused, contoso.create_customer(own, Some(&fabrikam)).await)
}

async fn a_customer_on_another_partners_csp_tenant() -> Played {
    let suite = Running::start().await;
    let (litware, _) = (suite.direct_bill("litware", "DE").await, suite.reseller("fabrikam", "FR").await);
    let own = profile("fabrikam", "FR").on_tenant("fabrikam.example");
    played(create(&litware, own).await, create(&litware, profile("fabrikam", "FR")).await)
}

async fn a_customer_that_is_the_sellers_own_company() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let own = profile("tailspin", "DE").of_company(&litware.organization);
    played(create(&litware, own).await, create(&litware, profile("tailspin", "DE")).await)
}

async fn a_customer_that_is_an_affiliate_of_the_seller() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let (sister, stranger) =
        (suite.organization("sister", "DE").await, suite.organization("stranger", "DE").await);
    suite.affiliates(&[&litware.organization, &sister]).await;
    let [refused, twin] =
        [sister, stranger].map(|organization| profile("tailspin", "DE").of_company(&organization));
    played(create(&litware, refused).await, create(&litware, twin).await)
}

async fn a_customer_for_a_reseller_that_has_not_signed() -> Played {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    let kind = PartnerKind::IndirectReseller;
    let fabrikam = suite.unsigned_seller("fabrikam", "FR", kind, "fabrikam").await;
    suite.partnership(&contoso, &fabrikam).await;
    let refused = create_for(&contoso, &fabrikam).await;
    suite.sign(&fabrikam).await;
    played(refused, create_for(&contoso, &fabrikam).await)
}

async fn a_customer_in_hungary_without_a_registration_id() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let with_id = profile("tailspin", "HU").registered("10000000-2-41");
    played(create(&litware, profile("tailspin", "HU")).await, create(&litware, with_id).await)
}

/// A request for a customer, its agreement and `seats` seats of the offer, in one operation.
pub(crate) fn with_order(offer: &str, seats: i32) -> AddCustomerWithOrderRequest {
    AddCustomerWithOrderRequest {
        customer_id: "tailspin".to_owned(),
        profile: Some(profile("tailspin", "FR")),
        agreement: Some(attestation()),
        order: Some(draft(lines(&[(offer, seats)]), None)),
        ..Default::default()
    }
}

/// The refused operation undoes every step: the twin adds a customer with the same id, tenant and domain.
async fn a_customer_added_with_an_order_of_too_many_seats() -> Played {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    let offer = suite.offer("e3").await;
    let mut customers = litware.people.customers();
    let refused = customers.add_customer_with_order(with_order(&offer, 301)).await;

    let gone = GetCustomerRequest { name: "customers/tailspin".to_owned() };
    assert_eq!(refusal_of(suite.operator().customers().get_customer(gone).await).reason, "NOT_FOUND");
    let domain = CheckDomainRequest { domain: "tailspin.example".to_owned() };
    assert!(customers.check_domain(domain).await.unwrap().into_inner().available);
    let every = ListResellerRelationshipsRequest {
        parent: "customers/-".to_owned(),
        filter: Some(csp_tests::every_relationship()),
        ..Default::default()
    };
    let edges = suite.operator().relationship().list_reseller_relationships(every).await.unwrap();
    assert!(edges.into_inner().relationships.is_empty());
    played(refused, customers.add_customer_with_order(with_order(&offer, 300)).await)
}

async fn a_reseller_attests_the_agreement() -> Played {
    let suite = Running::start().await;
    let (contoso, fabrikam) = chain(&suite).await;
    let created = create_for(&contoso, &fabrikam).await.unwrap().into_inner();
    let tailspin = created.customer.unwrap().name;
    played(fabrikam.confirm_agreement(&tailspin).await, contoso.confirm_agreement(&tailspin).await)
}

async fn a_partner_whose_relationship_ended_attests_the_agreement() -> Played {
    let suite = Running::start().await;
    let (litware, tailspin) = unconfirmed(&suite).await;
    let wingtip = suite.direct_bill("wingtip", "DE").await;
    let link = wingtip.invite("", None, None).await.unwrap().into_inner().draft.unwrap().link_token;
    suite.customer("tailspin.tenant").accept_invitation(&link).await.unwrap();
    let relationship = wingtip.relationship(&tailspin).await;
    wingtip.people.remove_relationship(&relationship, Some(attested())).await.unwrap();
    played(wingtip.confirm_agreement(&tailspin).await, litware.confirm_agreement(&tailspin).await)
}

async fn an_attestation_that_names_no_signer() -> Played {
    let suite = Running::start().await;
    let (litware, tailspin) = unconfirmed(&suite).await;
    let unnamed = AgreementAttestation { signer: None, ..attestation() };
    let refused = attest(&litware, &tailspin, unnamed).await;
    played(refused, attest(&litware, &tailspin, attestation()).await)
}

/// The clock stands at noon UTC on 21 November: 22 November has begun in the time zone UTC+14.
async fn an_attestation_dated_two_days_ahead() -> Played {
    let suite = Running::start().await;
    let (litware, tailspin) = unconfirmed(&suite).await;
    let [ahead, begun] = ["2026-11-23", "2026-11-22"]
        .map(|day| AgreementAttestation { accept_date: day.to_owned(), ..attestation() });
    let refused = attest(&litware, &tailspin, ahead).await;
    played(refused, attest(&litware, &tailspin, begun).await)
}

async fn setup_information_is_revealed_twice() -> Played {
    let suite = Running::start().await;
    let (litware, tailspin) = unconfirmed(&suite).await;
    let mut customers = litware.people.customers();
    let request = RevealSetupInfoRequest { name: tailspin };
    let twin = customers.reveal_setup_info(request.clone()).await;
    played(customers.reveal_setup_info(request).await, twin)
}
