//! Tests of the registry's commands on a real database.

mod broken;
mod directory;
mod facts;
mod late_claims;
mod past;
mod rights;
mod rejected;

use csp_policy::{Caller, Party, Role};
use csp_proto::internal::partner_registry::v1 as internal;
use csp_proto::partner_registry::v1 as pb;
use csp_proto::policy::v1 as policy;
use csp_proto::r#type::v1::partner_ref::Ref;
use csp_proto::r#type::v1::{Attestation, Contact, Evidence, PartnerKind, PartnerRef, PostalAddress, Tenant};
use csp_service::peers::Relationships;
use csp_service::{Call, Clock, Fault, Ids, LinkKey, Peer, Result, in_process};
use csp_store::{Config, journal, outbox};

use crate::{self as registry, NAME, PartnerRegistryService};

/// A registry with its database in a temporary folder. Its peer, the relationship service, is unreachable.
struct House {
    registry: PartnerRegistryService,
    _folder: tempfile::TempDir,
}

impl House {
    async fn open() -> House {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::starting_at("2026-11-21T12:00:00Z".parse().unwrap());
        let peer = Relationships::new(Peer::new("relationship", in_process().0));
        let config = Config::sqlite(folder.path().join("registry.db"));
        let (ids, links) = (Ids::seeded(1), LinkKey::new(&[1; 32]));
        let registry = PartnerRegistryService::open(config, clock, ids, links, peer).await.unwrap();
        House { registry, _folder: folder }
    }

    async fn company(&self, id: &str) {
        let request = pb::CreateOrganizationRequest {
            organization_id: id.to_owned(),
            legal_name: format!("{id} Ltd"),
            country: "DE".to_owned(),
            ..Default::default()
        };
        registry::organization::create(&self.registry, &operator(), request).await.unwrap();
    }

    async fn mpn_id(&self, number: &str, company: &str) {
        let request = pb::RegisterMpnIdRequest {
            mpn_id: number.to_owned(),
            organization: format!("organizations/{company}"),
            kind: pb::MpnKind::Location.into(),
            country: "DE".to_owned(),
            ..Default::default()
        };
        registry::mpn_id::register(&self.registry, &operator(), request).await.unwrap();
    }

    async fn recorded(&self, id: &str, kind: PartnerKind) {
        self.company(id).await;
        let request = pb::RecordPartnerRequest {
            partner_id: id.to_owned(),
            profile: Some(profile_on(&tenant(id), id, kind)),
            evidence: Some(evidence()),
            ..Default::default()
        };
        registry::partner::record(&self.registry, &operator(), request).await.unwrap();
    }

    async fn enroll(&self, id: &str, tenant_id: &str) -> Result<pb::EnrollPartnerResponse> {
        let request = pb::EnrollPartnerRequest {
            partner_id: id.to_owned(),
            profile: Some(profile(id, PartnerKind::IndirectReseller)),
            ..Default::default()
        };
        registry::partner::enroll(&self.registry, &admin(tenant_id), request).await
    }

    async fn review(&self, id: &str, step: pb::ReviewStep) -> Result<pb::ReviewEnrollmentResponse> {
        let request = pb::ReviewEnrollmentRequest {
            name: format!("partners/{id}"),
            step: step.into(),
            verdict: pb::ReviewVerdict::Pass.into(),
            ..Default::default()
        };
        registry::partner::review(&self.registry, &operator(), request).await
    }

    async fn verify(&self, token: &str) -> Result<pb::VerifyContactEmailResponse> {
        let request = pb::VerifyContactEmailRequest { token: token.to_owned(), ..Default::default() };
        registry::partner::verify_contact_email(&self.registry, &operator(), request).await
    }

    async fn sign(&self, id: &str) -> Result<pb::SignPartnerAgreementResponse> {
        let request = pb::SignPartnerAgreementRequest {
            name: format!("partners/{id}/agreement"),
            signer_name: "Ana".to_owned(),
            acceptance: Some(Attestation { attested: true, text_version: "2020-02".to_owned() }),
            ..Default::default()
        };
        registry::agreement::sign(&self.registry, &admin(&tenant(id)), request).await
    }

    async fn associate(&self, id: &str, number: &str) -> Result<pb::AssociateMpnIdResponse> {
        let request = pb::AssociateMpnIdRequest {
            name: format!("partners/{id}"),
            mpn_id: number.to_owned(),
            ..Default::default()
        };
        registry::mpn_id::associate(&self.registry, &admin(&tenant(id)), request).await
    }

    async fn read(&self, caller: &Call, id: &str) -> Result<pb::Partner> {
        let request = pb::GetPartnerRequest { name: format!("partners/{id}") };
        Ok(registry::partner::read::get(&self.registry, caller, request).await?.partner.unwrap())
    }

    /// The token in the newest mail.
    async fn token(&self) -> String {
        let mut reader = self.registry.store().read_once().await.unwrap();
        let mails = outbox::pending(&mut reader, 100).await.unwrap();
        let with_token =
            mails.iter().rev().find(|mail| mail.subject.0 == "Prove your e-mail address").unwrap();
        with_token.body.0.trim().lines().last().unwrap().to_owned()
    }

    /// A claim by the operation that creates the customer: both have the same id here.
    async fn claim(&self, customer: &str, tenant: &str, domain: &str) -> internal::ClaimCustomerResponse {
        self.claim_for(customer, customer, tenant, domain).await.unwrap()
    }

    async fn claim_for(
        &self,
        operation: &str,
        customer: &str,
        tenant: &str,
        domain: &str,
    ) -> Result<internal::ClaimCustomerResponse> {
        let request = internal::ClaimCustomerRequest {
            customer: format!("customers/{customer}"),
            tenant_id: tenant.to_owned(),
            domain: domain.to_owned(),
            operation: format!("operations/{operation}"),
        };
        registry::claim::claim_customer(&self.registry, None, request).await
    }

    async fn release(&self, operation: &str, customer: &str) {
        let request = internal::ReleaseCustomerRequest {
            customer: format!("customers/{customer}"),
            operation: format!("operations/{operation}"),
        };
        registry::claim::release_customer(&self.registry, None, request).await.unwrap();
    }
}

fn call(caller: Caller) -> Call {
    Call::made_by(caller, "ana", "Test")
}

fn operator() -> Call {
    call(Caller::operator())
}

fn admin(tenant: &str) -> Call {
    call(Caller { party: Party::Partner { tenant: tenant.to_owned() }, roles: vec![Role::GlobalAdmin] })
}

fn tenant(id: &str) -> String {
    format!("{id}.example")
}

fn evidence() -> Evidence {
    Evidence { establish_date: "2019-06-30".to_owned(), source: "export".to_owned() }
}

/// The profile of an account on this tenant.
fn profile_on(tenant_id: &str, id: &str, kind: PartnerKind) -> pb::PartnerProfile {
    let tenant = Tenant { tenant_id: tenant_id.to_owned(), ..Default::default() };
    pb::PartnerProfile { tenant: Some(tenant), ..profile(id, kind) }
}

fn by_account(id: &str) -> PartnerRef {
    PartnerRef { r#ref: Some(Ref::Partner(format!("partners/{id}"))) }
}

fn role_set(roles: &[policy::Role]) -> Option<pb::RoleSet> {
    Some(pb::RoleSet { roles: roles.iter().map(|role| i32::from(*role)).collect() })
}

fn profile(id: &str, kind: PartnerKind) -> pb::PartnerProfile {
    let contact =
        Contact { first_name: "Ana".to_owned(), email: format!("ana@{id}.example"), ..Default::default() };
    pb::PartnerProfile {
        kind: kind.into(),
        organization: format!("organizations/{id}"),
        legal_name: format!("{id} Ltd"),
        address: Some(PostalAddress { country: "DE".to_owned(), ..Default::default() }),
        primary_contact: Some(contact.clone()),
        support_contact: Some(contact),
        capabilities: (1..=4).collect(),
        ..Default::default()
    }
}

fn reasons(refused: Result<impl std::fmt::Debug>) -> Vec<&'static str> {
    match refused.unwrap_err() {
        Fault::Refused(refused) => {
            refused.decision.violations.iter().map(|violation| violation.finding.reason.as_str()).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_newcomer_enrols_is_reviewed_and_signs() {
    let house = House::open().await;
    house.company("fabrikam").await;
    house.mpn_id("4711", "fabrikam").await;
    let enrolled = house.enroll("fabrikam", "fabrikam.example").await.unwrap();
    let partner = enrolled.partner.unwrap();
    let tenant = partner.profile.unwrap().tenant.unwrap();
    assert_eq!((tenant.tenant_id.as_str(), partner.region.as_str()), ("fabrikam.example", "regions/europe"));
    assert!(enrolled.decision.unwrap().name.starts_with(&format!("decisions/{NAME}-")));

    let too_early = house.review("fabrikam", pb::ReviewStep::EmailOwnership).await;
    assert_eq!(reasons(too_early), ["CONTACT_EMAIL_UNVERIFIED"]);
    let token = house.token().await;
    house.verify(&token).await.unwrap();
    assert_eq!(reasons(house.verify(&token).await), ["CONTACT_EMAIL_UNVERIFIED"], "a token works once");
    assert_eq!(reasons(house.sign("fabrikam").await), ["ENROLLMENT_NOT_AUTHORIZED", "MPN_NOT_ASSOCIATED"]);
    for step in [pb::ReviewStep::Employment, pb::ReviewStep::Business, pb::ReviewStep::Decision] {
        house.review("fabrikam", step).await.unwrap();
    }
    house.associate("fabrikam", "4711").await.unwrap();
    let signed = house.sign("fabrikam").await.unwrap().agreement.unwrap();
    let again = house.sign("fabrikam").await.unwrap().agreement.unwrap();
    assert_eq!(again, signed, "the first signature is returned");

    let request =
        pb::GetTransactReadinessRequest { partner: Some(by_account("fabrikam")), ..Default::default() };
    let answer = registry::partner::readiness::get(&house.registry, &operator(), request).await.unwrap();
    let readiness = answer.readiness.unwrap();
    assert!(readiness.ready, "{readiness:?}");
}

#[tokio::test]
async fn a_tenant_and_an_mpn_id_belong_to_one_account() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::IndirectProvider).await;
    house.company("fabrikam").await;
    let refused = house.enroll("fabrikam", "contoso.example").await;
    assert_eq!(reasons(refused), ["TENANT_ALREADY_ENROLLED"]);

    house.enroll("fabrikam", "fabrikam.example").await.unwrap();
    house.mpn_id("1", "contoso").await;
    house.associate("contoso", "1").await.unwrap();
    let refused = house.associate("fabrikam", "1").await;
    // ENR-09 has one reason for every violation, so the refusal does not tell whether the MPN ID of another
    // company is taken.
    assert_eq!(reasons(refused), ["MPN_COUNTRY_DIFFERS_FROM_TENANT"]);
}

#[tokio::test]
async fn a_newcomer_cannot_enrol_as_a_provider() {
    let house = House::open().await;
    house.company("contoso").await;
    let mut wanted = profile("contoso", PartnerKind::IndirectProvider);
    wanted.primary_contact.as_mut().unwrap().email = "ana@gmail.com".to_owned();
    let request = pb::EnrollPartnerRequest { profile: Some(wanted), ..Default::default() };
    let refused = registry::partner::enroll(&house.registry, &admin("contoso.example"), request).await;
    assert_eq!(reasons(refused), ["NEW_PARTNER_MUST_ENROLL_AS_RESELLER", "CONTACT_EMAIL_IS_WEBMAIL"]);
}

#[tokio::test]
async fn a_new_account_reuses_the_profile_of_the_companys_authorized_account() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::IndirectReseller).await;
    let wanted = pb::PartnerProfile {
        legal_name: String::new(),
        address: None,
        primary_contact: None,
        ..profile("contoso", PartnerKind::DirectBill)
    };
    let request = pb::EnrollPartnerRequest {
        partner_id: "contoso-direct".to_owned(),
        profile: Some(wanted),
        ..Default::default()
    };
    let caller = admin("direct.contoso.example");
    let enrolled = registry::partner::enroll(&house.registry, &caller, request).await.unwrap();
    assert_eq!(
        enrolled.partner.unwrap().profile.unwrap().primary_contact,
        None,
        "hidden until the account is authorized"
    );
    let seen = house.read(&operator(), "contoso-direct").await.unwrap();
    assert_eq!(seen.profile.unwrap().primary_contact.unwrap().email, "ana@contoso.example");
}

#[tokio::test]
async fn a_signature_covers_the_company_in_its_region() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::DirectBill).await;
    let request = pb::RecordPartnerRequest {
        partner_id: "contoso-reseller".to_owned(),
        profile: Some(profile_on("reseller.example", "contoso", PartnerKind::IndirectReseller)),
        evidence: Some(evidence()),
        ..Default::default()
    };
    registry::partner::record(&house.registry, &operator(), request).await.unwrap();
    house.mpn_id("1", "contoso").await;
    house.associate("contoso", "1").await.unwrap();
    house.sign("contoso").await.unwrap();

    let named = |named| PartnerRef { r#ref: Some(named) };
    let request = pb::GetAgreementStatusRequest {
        partners: vec![
            named(Ref::TenantId("reseller.example".to_owned())),
            named(Ref::MpnId("1".to_owned())),
            named(Ref::MpnId("2".to_owned())),
            by_account("contoso-reseller"),
        ],
        ..Default::default()
    };
    let caller = admin("contoso.example");
    let answers = registry::agreement::status::get(&house.registry, &caller, request).await.unwrap().answers;
    let statuses: Vec<_> = answers.iter().map(pb::AgreementAnswer::status).collect();
    use pb::AgreementStatus::{NotAReseller, Signed, UnknownId};
    assert_eq!(statuses, [Signed, NotAReseller, UnknownId, Signed]);

    let request =
        |account: &str| pb::GetPartnerAgreementRequest { name: format!("partners/{account}/agreement") };
    let read =
        registry::agreement::read::get(&house.registry, &operator(), request("contoso-reseller")).await;
    let covering = read.unwrap().agreement.unwrap();
    assert_eq!(covering.name, "partners/contoso/agreement", "the account that signed names the signature");
    let stranger = admin("stranger.example");
    let read = registry::agreement::read::get(&house.registry, &stranger, request("contoso")).await;
    assert!(matches!(read, Err(Fault::NotFound { .. })), "{read:?}");
}

#[tokio::test]
async fn enrolled_partners_see_part_of_an_account_and_strangers_see_nothing() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::IndirectProvider).await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    let seen = house.read(&admin("contoso.example"), "fabrikam").await.unwrap();
    let profile = seen.profile.unwrap();
    assert_eq!((profile.legal_name.as_str(), seen.region.as_str()), ("fabrikam Ltd", "regions/europe"));
    assert_eq!((profile.tenant, profile.primary_contact), (None, None));
    let customer =
        call(Caller { party: Party::Customer { tenant: "x".to_owned() }, roles: vec![Role::GlobalAdmin] });
    for stranger in [admin("unknown.example"), customer] {
        let refused = house.read(&stranger, "fabrikam").await;
        assert!(matches!(refused, Err(Fault::NotFound { .. })), "{refused:?}");
    }
    let request = pb::ListPartnersRequest::default();
    let listed = registry::partner::read::list(&house.registry, &admin("contoso.example"), request).await;
    assert_eq!(listed.unwrap().partners.len(), 2);
    let filter =
        pb::PartnerFilter { organization: "organizations/fabrikam".to_owned(), ..Default::default() };
    let private = pb::ListPartnersRequest { filter: Some(filter), ..Default::default() };
    let listed = registry::partner::read::list(&house.registry, &admin("contoso.example"), private).await;
    assert_eq!(listed.unwrap().partners, []);
}

#[tokio::test]
async fn a_customers_tenant_may_enrol_but_a_partners_tenant_cannot_become_a_customers() {
    let house = House::open().await;
    assert!(house.claim("tailspin", "tailspin.example", "tailspin.example").await.claimed);
    assert!(
        house.claim("tailspin", "tailspin.example", "tailspin.example").await.claimed,
        "a repeat succeeds"
    );
    let other = house.claim("wingtip", "wingtip.example", "tailspin.example").await;
    assert_eq!((other.claimed, other.domain_customer.as_str()), (false, "customers/tailspin"));
    house.company("tailspin").await;
    house.enroll("tailspin", "tailspin.example").await.unwrap();

    house.recorded("contoso", PartnerKind::IndirectProvider).await;
    let refused = house.claim("wingtip", "contoso.example", "wingtip.example").await;
    assert_eq!((refused.claimed, refused.csp_tenant_of.as_str()), (false, "partners/contoso"));

    let request = internal::GetFactsRequest {
        as_of_date: "2026-11-21".to_owned(),
        partners: vec!["partners/contoso".to_owned()],
        tenant_ids: vec!["tailspin.example".to_owned(), "wingtip.example".to_owned()],
        organizations: vec!["organizations/tailspin".to_owned()],
        domains: vec!["tailspin.example".to_owned(), "wingtip.example".to_owned()],
        ..Default::default()
    };
    let facts = registry::facts::get(&house.registry, request).await.unwrap();
    assert_eq!(facts.partners.len(), 2, "one found by name, one by tenant");
    assert_eq!(facts.tenants[0].csp_tenant_of, "partners/tailspin");
    assert_eq!(facts.tenants[0].customer, "customers/tailspin");
    assert_eq!(facts.domains[1].customer, "", "a refused claim leaves the domain free");
    house.release("tailspin", "tailspin").await;
    assert!(house.claim("wingtip", "wingtip.example", "tailspin.example").await.claimed);
}

#[tokio::test]
async fn users_are_managed_by_their_own_admins_and_an_unreachable_peer_fails_the_call() {
    let house = House::open().await;
    house.recorded("contoso", PartnerKind::IndirectProvider).await;
    house.recorded("fabrikam", PartnerKind::IndirectReseller).await;
    let request = pb::CreateUserRequest {
        parent: "partners/fabrikam".to_owned(),
        user_id: "bo".to_owned(),
        subject: "bo".to_owned(),
        display_name: "Bo".to_owned(),
        email: "bo@fabrikam.example".to_owned(),
        roles: role_set(&[policy::Role::AdminAgent]),
        ..Default::default()
    };
    let (own, provider) = (admin("fabrikam.example"), admin("contoso.example"));
    registry::user::create(&house.registry, &own, request.clone()).await.unwrap();
    let again = registry::user::create(&house.registry, &own, request.clone()).await;
    assert!(matches!(again, Err(Fault::AlreadyExists { .. })), "{again:?}");
    let asked = registry::user::create(&house.registry, &provider, request).await;
    assert!(matches!(asked, Err(Fault::Peer { peer: "relationship" })), "{asked:?}");

    let request = pb::SetUserRolesRequest {
        name: "partners/fabrikam/users/bo".to_owned(),
        roles: role_set(&[]),
        ..Default::default()
    };
    let changed = registry::user::set_roles(&house.registry, &own, request).await.unwrap().user.unwrap();
    assert_eq!((changed.roles, changed.revision), (role_set(&[]), 2));
    let request = pb::ListUsersRequest { parent: "partners/fabrikam".to_owned(), ..Default::default() };
    let listed = registry::user::read::list(&house.registry, &own, request).await.unwrap();
    assert_eq!(listed.users.len(), 1);
}

#[tokio::test]
async fn affiliations_and_companies_are_listed_page_by_page() {
    let house = House::open().await;
    for id in ["a", "b", "c"] {
        house.company(id).await;
        let request = pb::SetAffiliationRequest {
            name: format!("organizations/{id}"),
            group: Some("affiliationGroups/g".to_owned()),
            since_date: "2020-01-01".to_owned(),
            ..Default::default()
        };
        registry::organization::set_affiliation(&house.registry, &operator(), request).await.unwrap();
    }
    for affiliation_group in ["", "affiliationGroups/g"] {
        let filter =
            pb::OrganizationFilter { affiliation_group: affiliation_group.to_owned(), ..Default::default() };
        let mut request =
            pb::ListOrganizationsRequest { filter: Some(filter), page_size: 2, ..Default::default() };
        let first =
            registry::organization::read::list(&house.registry, &operator(), request.clone()).await.unwrap();
        assert_eq!(first.organizations.len(), 2);
        assert_eq!(first.organizations[1].affiliations.len(), 1);
        request.page_token = first.next_page_token;
        let second = registry::organization::read::list(&house.registry, &operator(), request).await.unwrap();
        assert_eq!((second.organizations.len(), second.next_page_token.as_str()), (1, ""));
        assert_eq!(second.organizations[0].affiliations[0].group, "affiliationGroups/g");
    }
}
